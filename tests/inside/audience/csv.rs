//! Contacts in from CSV and out to it.

use std::sync::atomic::AtomicBool;

use mylink_console::audience::{
    AudienceError, ColumnMapping, Encoding, Header, ImportedContacts, Table, TargetImport,
    snake_case, write_csv,
};
use rstest::rstest;

use super::contact;

/// Reads contacts with columns taken as said, and the others by their names.
fn read(bytes: &[u8], said: &[(&str, &str)]) -> Result<ImportedContacts, AudienceError> {
    let own = |(column, variable): &(&str, &str)| ((*column).to_owned(), (*variable).to_owned());
    let said: Vec<(String, String)> = said.iter().map(own).collect();
    let mapping = ColumnMapping::decided(&Header::read(bytes)?.columns, &said)?;
    let import = TargetImport {
        mapping: &mapping,
        bot_channel: None,
        country: None,
    };
    let read = import.read_contacts(bytes, |_| {}, &AtomicBool::new(false))?;
    Ok(read.unwrap())
}

#[rstest]
#[case::commas("user_id,First Name\n39,Ada\n", ',')]
#[case::semicolons("user_id;First Name\r\n39;Ada\r\n", ';')]
#[case::tabs("user_id\tFirst Name\n39\tAda", '\t')]
#[case::quoted("\"user_id\",\"First Name\"\n\"39\",\"Ada\"\n", ',')]
fn separators_are_recognised(#[case] text: &str, #[case] delimiter: char) {
    let import = read(text.as_bytes(), &[]).unwrap();
    assert_eq!(
        import.contacts,
        [contact(&[("user_id", "39"), ("first_name", "Ada")])]
    );
    assert_eq!(
        (import.delimiter, import.encoding),
        (delimiter, Encoding::Utf8)
    );
    assert_eq!(import.rejected.count(), 0);
}

#[test]
fn a_file_of_windows_is_read_and_named() {
    let import = read(b"user_id;city\r\n39;M\xfcnchen\r\n", &[]).unwrap();
    assert_eq!(import.encoding, Encoding::Windows1252);
    assert_eq!(import.contacts[0].get("city"), Some("München"));
}

#[test]
fn wrong_lines_are_left_out_and_told_by_number() {
    let text = "user_id,city\n39,\"two\nlines\"\n40\n41,Roma,x\n42,a\0b\n,Roma\n43,\n39,x\n";
    let import = read(text.as_bytes(), &[]).unwrap();
    let rejected = import.rejected.rows().iter();
    let told: Vec<(u64, &str)> = rejected.map(|row| (row.line, row.reason.word())).collect();
    let expected = [
        (4, "ragged"),
        (5, "ragged"),
        (6, "nul"),
        (7, "not-identified"),
        (9, "duplicate"),
    ];
    assert_eq!(told, expected);
    let ids: Vec<_> = import
        .contacts
        .iter()
        .map(|contact| contact.get("user_id").unwrap())
        .collect();
    assert_eq!(ids, ["39", "43"]);
    assert_eq!(import.contacts[1].get("city"), None);
}

#[rstest]
#[case::nothing("", "no header")]
#[case::equal_names("user_id,City,city\n", "columns 2 and 3 are both the variable `city`")]
#[case::no_identity("city\nRoma\n", "neither a column `user_id`")]
fn headers_that_can_not_be_used(#[case] text: &str, #[case] expected: &str) {
    let error = read(text.as_bytes(), &[]).unwrap_err();
    assert!(error.to_string().contains(expected), "{error}");
}

#[test]
fn a_column_becomes_the_variable_it_is_mapped_to() {
    let said = [("Telefon", "user_phone_number")];
    let text =
        "Telefon,bot_channel,Mobile\n+393201234567,SMSChannel,1\n+393201234568,WebChannel,2\n";
    let import = read(text.as_bytes(), &said).unwrap();
    assert_eq!(import.contacts.len(), 1);
    assert_eq!(import.contacts[0].get("user_id"), Some("393201234567"));
    assert_eq!(import.contacts[0].get("mobile"), Some("1"));
    // A phone number stands for a user_id on phone channels alone.
    assert_eq!(import.rejected.rows()[0].line, 3);
    let error = read(b"user_id\n1\n", &said).unwrap_err();
    assert!(matches!(error, AudienceError::UnknownColumn { .. }));
}

#[test]
fn what_is_said_of_a_column_comes_before_what_another_is_called() {
    let said = [("Kunde", "user_id"), ("city", "")];
    let import = read(b"Kunde,city,City,\n7,Roma,Milano,x\n", &said).unwrap();
    assert_eq!(
        import.contacts,
        [contact(&[("user_id", "7"), ("city", "Milano")])]
    );
    let error = read(b"Kunde,user_id\n7,8\n", &said[..1]).unwrap_err();
    assert!(matches!(error, AudienceError::DuplicateColumn { .. }));
}

#[rstest]
#[case::words("First Name", "first_name")]
#[case::camel("favoriteColor", "favorite_color")]
#[case::capitals("USER_ID", "user_id")]
#[case::marks(" --E-mail (work)! ", "e_mail_work")]
#[case::other_scripts("Größe", "größe")]
fn names_become_snake_case(#[case] name: &str, #[case] expected: &str) {
    assert_eq!(snake_case(name), expected);
    assert_eq!(snake_case(expected), expected);
}

#[test]
fn what_is_written_is_harmless_and_can_be_read_again() {
    let contacts = [
        contact(&[("user_id", "39"), ("note", "=HYPERLINK(\"x\")")]),
        contact(&[("user_id", "40"), ("note", "one, \"two\"")]),
        contact(&[("user_id", "+41")]),
    ];
    let table = Table::from_contacts(&contacts).unwrap();
    let mut out = Vec::new();
    let written = write_csv(&mut out, &table, [1, 0, 2, 9], &["user_id", "note"]).unwrap();
    assert_eq!(written, 3);
    let expected = "user_id,note\n40,\"one, \"\"two\"\"\"\n39,\"'=HYPERLINK(\"\"x\"\")\"\n+41,\n";
    assert_eq!(String::from_utf8(out.clone()).unwrap(), expected);
    let again = read(out.as_slice(), &[]).unwrap().contacts;
    assert_eq!((&again[0], &again[2]), (&contacts[1], &contacts[2]));
}
