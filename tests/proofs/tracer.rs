//! Runs a program system call by system call, over all of its threads, in the order in which they come.
//!
//! `strace -f -e inject=...:when=N` counts the calls of each thread for itself, and so only ever reaches the first of
//! the threads that gets to its N-th call. Here the calls are counted over the whole process, so that each of them can
//! be hit: the process killed before it, the call failed with an error, or a write made shorter than was asked for.

use std::collections::HashMap;
use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::process::Command;

use nix::errno::Errno;
use nix::sys::ptrace::{self, Options};
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;

use super::verdict::Ended;

const ENTRY: u8 = nix::libc::PTRACE_SYSCALL_INFO_ENTRY;
const EXIT: u8 = nix::libc::PTRACE_SYSCALL_INFO_EXIT;

/// A system call that is about to be made.
pub struct Call {
    /// Its number among all calls of the program, from 1.
    pub number: usize,
    thread: Pid,
    registers: nix::libc::user_regs_struct,
}

/// What is done with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is made.
    Pass,
    /// The process is killed before it.
    Kill,
    /// It isn't made, and returns this error.
    Fail(Errno),
    /// It writes half of what it should.
    Half,
}

/// Why a program can't be traced here.
#[derive(Debug)]
pub struct NotPermitted(pub String);

impl Call {
    pub fn system_call(&self) -> i64 {
        self.registers.orig_rax.cast_signed()
    }

    /// Its name, where it is one that is looked at.
    pub fn name(&self) -> String {
        NAMES
            .iter()
            .find(|(number, _)| *number == self.system_call())
            .map_or_else(
                || format!("call {}", self.system_call()),
                |(_, name)| (*name).to_owned(),
            )
    }

    pub fn is(&self, names: &[&str]) -> bool {
        names.contains(&self.name().as_str())
    }

    /// The file that it is about: that of its descriptor, or the one that it names.
    pub fn path(&self) -> Option<PathBuf> {
        let by_name = self.is(&["openat", "newfstatat", "unlinkat", "fchmodat"]);
        let name = match self.name().as_str() {
            _ if by_name => self.text(self.registers.rsi),
            "unlink" | "rename" | "stat" | "lstat" | "access" | "chmod" | "statfs" | "mkdir"
            | "statx" => {
                let is_second = self.is(&["statx"]);
                self.text(if is_second {
                    self.registers.rsi
                } else {
                    self.registers.rdi
                })
            }
            "mmap" => return self.descriptor(self.registers.r8),
            _ => return self.descriptor(self.registers.rdi),
        };
        name.map(PathBuf::from)
    }

    fn descriptor(&self, number: u64) -> Option<PathBuf> {
        let number = i32::try_from(number).ok()?;
        fs::read_link(format!("/proc/{}/fd/{number}", self.thread)).ok()
    }

    fn text(&self, address: u64) -> Option<String> {
        let memory = File::open(format!("/proc/{}/mem", self.thread)).ok()?;
        let mut bytes = [0; 512];
        let read = memory.read_at(&mut bytes, address).ok()?;
        let end = bytes[..read].iter().position(|byte| *byte == 0)?;
        String::from_utf8(bytes[..end].to_vec()).ok()
    }
}

/// Runs `command` to its end; `fate` is asked about each call of it, once the program itself runs.
pub fn run(command: &Command, mut fate: impl FnMut(&Call) -> Fate) -> Result<Ended, NotPermitted> {
    let main = start_stopped(command)?;
    let mut running = Running {
        main,
        number: 0,
        is_program: false,
        errors: HashMap::new(),
    };
    loop {
        // Only this thread's children: other tests of this process have their own.
        let flags = WaitPidFlag::__WALL | WaitPidFlag::__WNOTHREAD;
        let (thread, signal) = match waitpid(None, Some(flags)) {
            Ok(WaitStatus::Exited(pid, code)) if pid == main => return Ok(Ended::Code(code)),
            Ok(WaitStatus::Signaled(pid, _, _)) if pid == main => return Ok(Ended::Killed),
            Ok(WaitStatus::PtraceSyscall(thread)) => {
                running.stopped(thread, &mut fate);
                (thread, None)
            }
            Ok(WaitStatus::PtraceEvent(thread, _, event)) => {
                running.is_program |= event == nix::libc::PTRACE_EVENT_EXEC;
                (thread, None)
            }
            Ok(WaitStatus::Stopped(thread, signal)) => (
                thread,
                (signal != Signal::SIGSTOP && signal != Signal::SIGCONT).then_some(signal),
            ),
            Ok(_) | Err(Errno::EINTR) => continue,
            Err(error) => panic!("waiting for the traced program: {error}"),
        };
        // It may have been killed meanwhile.
        let _ = ptrace::syscall(thread, signal);
    }
}

/// Starts a shell that stops itself and then becomes the program.
fn start_stopped(command: &Command) -> Result<Pid, NotPermitted> {
    let mut shell = Command::new("/bin/sh");
    shell.args([
        "-c",
        "kill -STOP $$; exec \"$@\" >\"$OUT\" 2>\"$ERR\"",
        "sh",
    ]);
    shell.arg(command.get_program()).args(command.get_args());
    shell.env_clear();
    for (name, value) in command.get_envs() {
        shell.env(name, value.unwrap_or_default());
    }
    if let Some(folder) = command.get_current_dir() {
        shell.current_dir(folder);
    }
    let child = shell.stdin(std::process::Stdio::null()).spawn().unwrap();
    let main = Pid::from_raw(i32::try_from(child.id()).unwrap());
    let stopped = waitpid(main, Some(WaitPidFlag::WUNTRACED)).unwrap();
    assert!(matches!(stopped, WaitStatus::Stopped(..)), "{stopped:?}");
    let options = Options::PTRACE_O_TRACESYSGOOD
        | Options::PTRACE_O_TRACECLONE
        | Options::PTRACE_O_TRACEFORK
        | Options::PTRACE_O_TRACEVFORK
        | Options::PTRACE_O_TRACEEXEC
        | Options::PTRACE_O_EXITKILL;
    if let Err(error) = ptrace::seize(main, options) {
        let _ = kill(main, Signal::SIGKILL);
        let _ = waitpid(main, None);
        return Err(NotPermitted(format!("ptrace says {error}")));
    }
    kill(main, Signal::SIGCONT).unwrap();
    Ok(main)
}

struct Running {
    main: Pid,
    number: usize,
    is_program: bool,
    /// What a call that wasn't made has to return.
    errors: HashMap<Pid, Errno>,
}

impl Running {
    fn stopped(&mut self, thread: Pid, fate: &mut impl FnMut(&Call) -> Fate) {
        let Ok(info) = ptrace::syscall_info(thread) else {
            return;
        };
        let Ok(mut registers) = ptrace::getregs(thread) else {
            return;
        };
        if info.op == EXIT {
            if let Some(error) = self.errors.remove(&thread) {
                registers.rax = (-i64::from(error as i32)).cast_unsigned();
                let _ = ptrace::setregs(thread, registers);
            }
            return;
        }
        if info.op != ENTRY || !self.is_program {
            return;
        }
        self.number += 1;
        let call = Call {
            number: self.number,
            thread,
            registers,
        };
        match fate(&call) {
            Fate::Pass => return,
            Fate::Kill => {
                let _ = kill(self.main, Signal::SIGKILL);
                return;
            }
            Fate::Fail(error) => {
                self.errors.insert(thread, error);
                registers.orig_rax = u64::MAX;
            }
            Fate::Half => registers.rdx /= 2,
        }
        let _ = ptrace::setregs(thread, registers);
    }
}

/// The calls that are looked at by name, on the one kind of machine that they are known of.
const NAMES: [(i64, &str); 33] = [
    (nix::libc::SYS_read, "read"),
    (nix::libc::SYS_write, "write"),
    (nix::libc::SYS_writev, "writev"),
    (nix::libc::SYS_pwritev, "pwritev"),
    (nix::libc::SYS_pread64, "pread64"),
    (nix::libc::SYS_pwrite64, "pwrite64"),
    (nix::libc::SYS_openat, "openat"),
    (nix::libc::SYS_fsync, "fsync"),
    (nix::libc::SYS_fdatasync, "fdatasync"),
    (nix::libc::SYS_sync_file_range, "sync_file_range"),
    (nix::libc::SYS_ftruncate, "ftruncate"),
    (nix::libc::SYS_fallocate, "fallocate"),
    (nix::libc::SYS_fstat, "fstat"),
    (nix::libc::SYS_newfstatat, "newfstatat"),
    (nix::libc::SYS_stat, "stat"),
    (nix::libc::SYS_lstat, "lstat"),
    (nix::libc::SYS_statx, "statx"),
    (nix::libc::SYS_statfs, "statfs"),
    (nix::libc::SYS_fstatfs, "fstatfs"),
    (nix::libc::SYS_fcntl, "fcntl"),
    (nix::libc::SYS_flock, "flock"),
    (nix::libc::SYS_lseek, "lseek"),
    (nix::libc::SYS_mmap, "mmap"),
    (nix::libc::SYS_unlink, "unlink"),
    (nix::libc::SYS_unlinkat, "unlinkat"),
    (nix::libc::SYS_rename, "rename"),
    (nix::libc::SYS_access, "access"),
    (nix::libc::SYS_chmod, "chmod"),
    (nix::libc::SYS_fchmod, "fchmod"),
    (nix::libc::SYS_fchmodat, "fchmodat"),
    (nix::libc::SYS_mkdir, "mkdir"),
    (nix::libc::SYS_connect, "connect"),
    (nix::libc::SYS_sendto, "sendto"),
];
