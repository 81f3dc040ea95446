-- Documents as offices send them, and the pictures of telephones, beside JPEG, PNG and PDF.
alter table file drop constraint file_media_type_check;
alter table file add constraint file_media_type_check check (media_type in (
  'image/jpeg', 'image/png', 'image/heic', 'application/pdf', 'application/ofd',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/msword', 'application/vnd.ms-excel'));
