//! The real binary, from outside: arguments in, stdout, stderr and exit code out.

mod bounds;
mod contacts;
mod diff;
mod doctor;
mod gates;
mod harness;
mod import;
mod launch;
mod meanwhile;
mod opening;
mod outside;
mod plans;
mod preview;
mod reading;
mod readme;
mod rest;
mod serve;
mod suppress;
mod unknown;
mod usage;
mod vectors;
mod waiting;
