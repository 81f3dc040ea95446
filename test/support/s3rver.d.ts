// The parts that tests use of an S3 server that checks signatures (AWS Signature Version 4).
declare module '@20minutes/s3rver' {
  type Options = {
    address: string;
    port: number;
    silent: boolean;
    directory: string;
    configureBuckets: { name: string }[];
  };
  export default class S3rver {
    constructor(options: Options);
    /** Starts the server; resolves with its address. */
    run(): Promise<{ address: string; port: number }>;
    close(): Promise<void>;
  }
}
