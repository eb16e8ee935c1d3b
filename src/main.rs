//! The `mylink` binary: hands over to the command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    mylink_console::cli::run(std::env::args_os())
}
