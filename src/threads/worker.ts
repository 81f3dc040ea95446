// The entry of the service's threads.

import { serve } from './serve.ts';
import { works } from './works.ts';

serve(works);
