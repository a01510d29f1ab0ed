-- A record that goes on to the next stage under the same path: whatever becomes of it there ranks above.
ALTER TYPE part_status ADD VALUE 'FORWARDED' BEFORE 'DEAD_LETTERED';
