//! Contacts in from CSV and out to it.

use mylink_console::audience::{AudienceError, Encoding, Table, read_csv, snake_case, write_csv};
use rstest::rstest;

use super::contact;

#[rstest]
#[case::commas("user_id,First Name\n39,Ada\n", ',')]
#[case::semicolons("user_id;First Name\r\n39;Ada\r\n", ';')]
#[case::tabs("user_id\tFirst Name\n39\tAda", '\t')]
#[case::quoted("\"user_id\",\"First Name\"\n\"39\",\"Ada\"\n", ',')]
fn separators_are_recognised(#[case] text: &str, #[case] delimiter: char) {
    let import = read_csv(text.as_bytes(), &[]).unwrap();
    assert_eq!(
        import.contacts,
        [contact(&[("user_id", "39"), ("first_name", "Ada")])]
    );
    assert_eq!(
        (import.delimiter, import.encoding),
        (delimiter, Encoding::Utf8)
    );
    assert!(import.problems.is_empty());
}

#[test]
fn a_file_of_windows_is_read_and_named() {
    let import = read_csv(&b"user_id;city\r\n39;M\xfcnchen\r\n"[..], &[]).unwrap();
    assert_eq!(import.encoding, Encoding::Windows1252);
    assert_eq!(import.contacts[0].get("city"), Some("München"));
}

#[test]
fn wrong_lines_are_left_out_and_told_by_number() {
    let text = "user_id,city\n39,\"two\nlines\"\n40\n41,Roma,x\n42,a\0b\n,Roma\n43,\n";
    let import = read_csv(text.as_bytes(), &[]).unwrap();
    let lines: Vec<u64> = import.problems.iter().map(|problem| problem.line).collect();
    assert_eq!(lines, [4, 5, 6, 7]);
    assert!(import.problems[2].message.starts_with("Line 6 holds a NUL"));
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
#[case::no_name("user_id,,city\n", "column 2 has no name")]
#[case::no_identity("city\nRoma\n", "neither a column `user_id`")]
fn headers_that_can_not_be_used(#[case] text: &str, #[case] expected: &str) {
    let error = read_csv(text.as_bytes(), &[]).unwrap_err();
    assert!(error.to_string().contains(expected), "{error}");
}

#[test]
fn a_column_becomes_the_variable_it_is_mapped_to() {
    let mapping = [("Telefon".to_owned(), "user_phone_number".to_owned())];
    let text = "Telefon,bot_channel\n39,SMSChannel\n40,WebChannel\n";
    let import = read_csv(text.as_bytes(), &mapping).unwrap();
    assert_eq!(import.contacts[0].get("user_id"), Some("39"));
    assert_eq!(import.contacts[1].get("user_id"), None);
    let error = read_csv(&b"user_id\n1\n"[..], &mapping).unwrap_err();
    assert!(matches!(error, AudienceError::UnknownColumn { .. }));
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
    let again = read_csv(out.as_slice(), &[]).unwrap().contacts;
    assert_eq!((&again[0], &again[2]), (&contacts[1], &contacts[2]));
}
