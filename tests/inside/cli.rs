//! The real binary, from outside: arguments in, stdout, stderr and exit code out.

mod contacts;
mod doctor;
mod gates;
mod harness;
mod launch;
mod outside;
mod preview;
mod reading;
mod serve;
mod unknown;
mod usage;
mod vectors;
