//! The operator's own editor: which program it is, the file it gets, and what is made of how it ended.
//!
//! The file is for its owner alone, and is removed once its text is back. Where the text can't be taken and the file
//! was changed, it stays, and the sentence says where.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};

use crate::domain::text::{shown, size};
use crate::model::Notice;

/// What is started where neither `$VISUAL` nor `$EDITOR` names a program.
const DEFAULT: &str = "vi";

/// Bytes of a text at most that are taken back.
const LARGEST: u64 = 64_000_000;

/// A text in a file, being edited.
pub struct Errand {
    path: PathBuf,
    text: String,
}

impl Errand {
    /// Writes a text to a file of its own in a folder.
    ///
    /// # Errors
    /// Where the file can't be written, in a sentence.
    pub fn start(folder: &Path, text: &str) -> Result<Self, Notice> {
        let path = folder.join(format!("edit-{}.json", uuid::Uuid::now_v7()));
        let errand = Self {
            path,
            text: text.to_owned(),
        };
        match errand.write() {
            Ok(()) => Ok(errand),
            Err(error) => {
                errand.remove();
                Err(errand.failed("could not be written", &error))
            }
        }
    }

    fn write(&self) -> io::Result<()> {
        let mut file = fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&self.path)?;
        writeln!(file, "{}", self.text)
    }

    /// Starts the editor on the file; it takes over the terminal that this process has.
    ///
    /// # Errors
    /// Where it can't be started, in a sentence. The file is gone then.
    pub fn open(&self, editor: Option<&str>) -> Result<Child, Notice> {
        let words = words(editor.unwrap_or(DEFAULT));
        let started = match words.split_first() {
            Some((program, arguments)) => Command::new(program)
                .args(arguments)
                .arg(&self.path)
                .spawn()
                .map_err(|error| (program.clone(), error)),
            None => Err((String::new(), io::ErrorKind::NotFound.into())),
        };
        started.map_err(|(program, error)| {
            self.remove();
            let why = match error.kind() {
                io::ErrorKind::NotFound => "there is no such program".to_owned(),
                _ => error.to_string(),
            };
            Notice::error(format!(
                "The editor {} could not be started: {why}. The text is as it was. Set $EDITOR to a program that is there.",
                shown(&program)
            ))
        })
    }

    /// Takes the text back from an editor that ended.
    ///
    /// # Errors
    /// Where the editor failed, or left what can't be taken, in a sentence.
    pub fn finish(self, ended: io::Result<ExitStatus>) -> Result<String, Notice> {
        let failure = match ended {
            Ok(status) if status.success() => None,
            Ok(status) => Some(format!("The editor ended with {status}.")),
            Err(error) => Some(format!("The editor could not be waited for: {error}.")),
        };
        let read = self.read();
        match (failure, read) {
            (None, Ok(text)) => {
                self.remove();
                Ok(text)
            }
            (Some(why), Ok(text)) if text.trim_end() == self.text.trim_end() => {
                self.remove();
                Err(Notice::error(format!("{why} The text is as it was.")))
            }
            (Some(why), _) | (None, Err(why)) => Err(self.kept(&why)),
        }
    }

    /// Gives up on the editor; the file goes, unless something was written to it.
    pub fn abandon(self) {
        if self
            .read()
            .is_ok_and(|text| text.trim_end() == self.text.trim_end())
        {
            self.remove();
        }
    }

    fn read(&self) -> Result<String, String> {
        let read = || {
            let metadata = fs::metadata(&self.path)?;
            if !metadata.is_file() {
                return Err(io::Error::other("it is no file"));
            }
            if metadata.len() > LARGEST {
                let found = size(metadata.len());
                return Err(io::Error::other(format!(
                    "it has {found}, which is too much"
                )));
            }
            let mut bytes = Vec::new();
            fs::File::open(&self.path)?
                .take(LARGEST)
                .read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        let bytes =
            read().map_err(|error| format!("What the editor left can't be read: {error}."))?;
        String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            format!("What the editor left is no UTF-8 text, from byte {at} on.")
        })
    }

    /// Says that nothing was taken, and where what was written is.
    fn kept(&self, why: &str) -> Notice {
        if !self.path.exists() {
            return Notice::error(format!("{why} The text is as it was."));
        }
        Notice::error(format!(
            "{why} The text is as it was; what was written stays in {}.",
            shown(&self.path.display().to_string())
        ))
    }

    fn failed(&self, what: &str, error: &io::Error) -> Notice {
        let path = self.path.display().to_string();
        Notice::error(format!("{} {what}: {error}.", shown(&path)))
    }

    fn remove(&self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// The words of a command as a shell would take them: parted by blanks, with quotes and backslashes, without anything
/// being expanded.
fn words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    let mut characters = command.chars();
    while let Some(character) = characters.next() {
        match (character, quote) {
            (_, Some(open)) if character == open => quote = None,
            ('\\', None | Some('"')) => {
                let escaped = characters.next().unwrap_or('\\');
                word.get_or_insert_default().push(escaped);
            }
            ('"' | '\'', None) => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (blank, None) if blank.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(character),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use std::os::unix::fs::PermissionsExt as _;
    use std::os::unix::process::ExitStatusExt as _;

    #[rstest]
    #[case::one("vi", &["vi"])]
    #[case::arguments("code  -w", &["code", "-w"])]
    #[case::quotes("'/opt/my editor/bin' --x=\"a b\"", &["/opt/my editor/bin", "--x=a b"])]
    #[case::backslash(r"my\ editor -w", &["my editor", "-w"])]
    #[case::nothing_is_expanded("ed $HOME;rm", &["ed", "$HOME;rm"])]
    #[case::empty("  ", &[])]
    fn a_command_is_parted_into_words(#[case] command: &str, #[case] expected: &[&str]) {
        assert_eq!(words(command), expected);
    }

    fn files(folder: &Path) -> usize {
        fs::read_dir(folder).unwrap().count()
    }

    #[test]
    fn the_file_is_for_its_owner_alone_and_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let errand = Errand::start(folder.path(), "{}").unwrap();
        let mode = fs::metadata(&errand.path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        fs::write(&errand.path, "[1]\n").unwrap();
        assert_eq!(
            errand.finish(Ok(ExitStatus::from_raw(0))),
            Ok("[1]\n".to_owned())
        );
        assert_eq!(files(folder.path()), 0);
    }

    #[test]
    fn an_editor_that_fails_takes_nothing_and_loses_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let failed = || Ok(ExitStatus::from_raw(1 << 8));
        let errand = Errand::start(folder.path(), "{}").unwrap();
        let said = errand.finish(failed()).unwrap_err().text;
        assert!(
            said.contains("exit status: 1") && said.contains("as it was"),
            "{said}"
        );
        assert_eq!(files(folder.path()), 0);

        let errand = Errand::start(folder.path(), "{}").unwrap();
        fs::write(&errand.path, "[1]").unwrap();
        let said = errand.finish(failed()).unwrap_err().text;
        assert!(said.contains("stays in"), "{said}");
        assert_eq!(files(folder.path()), 1);
    }

    #[test]
    fn what_is_no_text_is_not_taken_and_stays() {
        let folder = tempfile::tempdir().unwrap();
        let errand = Errand::start(folder.path(), "{}").unwrap();
        fs::write(&errand.path, b"ab\xff").unwrap();
        let said = errand.finish(Ok(ExitStatus::from_raw(0))).unwrap_err().text;
        assert!(said.contains("from byte 2 on"), "{said}");
        assert_eq!(files(folder.path()), 1);
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let errand = Errand::start(folder.path(), "{}").unwrap();
        let said = errand.open(Some("/nowhere/editor -w")).unwrap_err().text;
        assert!(said.contains("/nowhere/editor could not be started: there is no such program"));
        assert_eq!(files(folder.path()), 0);
    }
}
