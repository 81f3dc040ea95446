#!/bin/sh
# PostgreSQL's archive_command: archive-wal.sh <file of the WAL> <its place in the archive, ending in .gz>.
# A file is there whole, on the disk, or not at all. One that is there already is never replaced: after a
# crash PostgreSQL asks again for what it had archived, and that is the same file.
set -eu
if [ -e "$2" ]; then
  gzip -dc "$2" | cmp -s - "$1" && exit 0
  echo "$2 is there with other content: do two databases share BACKUP_DIR?" >&2
  exit 1
fi
# Most of a segment that archive_timeout closed is zeros: 16 MiB become some ten KiB.
gzip -1 -c "$1" >"$2.part"
sync "$2.part"
mv "$2.part" "$2"
sync "$(dirname "$2")"
