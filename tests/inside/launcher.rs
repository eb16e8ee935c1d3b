//! Launching, end to end: a session on real files, a sandbox in the same process, or a server that answers by a script.

mod batches;
mod bounds;
mod cuts;
mod desk;
mod documented;
mod evidence;
mod freeze;
mod gates;
mod laws;
mod locks;
mod model;
mod previews;
mod record;
mod rehearsed;
mod renewed;
mod repeats;
mod resumed;
mod stopped;
mod suppressed;
mod touched;
mod waiting;
