//! Targets out of files as people have them, and the rows that are rejected.

use std::io::Read;
use std::sync::atomic::{AtomicBool, Ordering};

use mylink_console::audience::{
    AudienceError, BadPhone, ColumnMapping, Country, Encoding, Header, ImportedTargets,
    LONGEST_ROW, Reason, TargetImport, write_rejected,
};
use mylink_console::domain::plan::Target;
use rstest::rstest;

/// Reads a file with the mapping that suggests itself.
fn import(bytes: &[u8]) -> ImportedTargets {
    let mapping = Header::read(bytes).unwrap().mapping();
    read(bytes, &mapping, None).unwrap()
}

fn read(
    input: impl Read,
    mapping: &ColumnMapping,
    bot_channel: Option<&str>,
) -> Result<ImportedTargets, AudienceError> {
    let import = TargetImport {
        mapping,
        bot_channel,
        country: Country::parse("IT"),
    };
    let read = import.read(input, |_| (), &AtomicBool::new(false));
    read.map(|read| read.expect("nobody stopped it"))
}

fn target(variables: &[(&str, &str)]) -> Target {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    variables.iter().map(owned).collect()
}

fn lines(import: &ImportedTargets) -> Vec<(u64, &Reason)> {
    let rows = import.rejected.rows().iter();
    rows.map(|row| (row.line, &row.reason)).collect()
}

fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let marked = format!("\u{feff}{text}");
    marked.encode_utf16().flat_map(unit).collect()
}

const TEXT: &str = "user_id;city\r\n39;Città\r\n40;\"a;\"\"b\"\"\r\nc\"\r\n";

#[rstest]
#[case::utf8(TEXT.as_bytes().to_vec(), Encoding::Utf8)]
#[case::utf8_marked(format!("\u{feff}{TEXT}").into_bytes(), Encoding::Utf8)]
#[case::utf16_low_first(utf16(TEXT, u16::to_le_bytes), Encoding::Utf16LittleEndian)]
#[case::utf16_high_first(utf16(TEXT, u16::to_be_bytes), Encoding::Utf16BigEndian)]
#[case::windows(TEXT.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect(), Encoding::Windows1252)]
#[case::line_feeds(TEXT.replace("\r\n", "\n").into_bytes(), Encoding::Utf8)]
#[case::tabs(TEXT.replace("id;", "id\t").replace("39;", "39\t").replace("40;", "40\t").into_bytes(), Encoding::Utf8)]
#[case::no_end(TEXT.trim_end().as_bytes().to_vec(), Encoding::Utf8)]
fn every_way_of_writing_the_same(#[case] bytes: Vec<u8>, #[case] encoding: Encoding) {
    let import = import(&bytes);
    assert_eq!(import.encoding, encoding);
    assert_eq!(import.rejected.count(), 0);
    assert_eq!(
        import.targets[0],
        target(&[("user_id", "39"), ("city", "Città")])
    );
    let city = import.targets[1].get("city").unwrap().replace("\r\n", "\n");
    assert_eq!(city, "a;\"b\"\nc");
}

#[test]
fn what_can_not_be_used_is_told_by_line_and_reason() {
    let text = "user_id,mobile,bot_channel\n\n1,,WebChannel\n,,WebChannel\n\"2\n3\",,WebChannel\nx,,SMSChannel\n4,12,WebChannel\n5\n\n1,,WebChannel\n6,a\0b,WebChannel\n";
    let import = import(text.as_bytes());
    let ids: Vec<_> = import
        .targets
        .iter()
        .map(|target| target.get("user_id").unwrap())
        .collect();
    assert_eq!(ids, ["1", "2\n3"]);
    let bad = |text: &str, why| Reason::BadPhone {
        text: text.to_owned(),
        why,
    };
    assert_eq!(
        lines(&import),
        [
            (4, &Reason::NotIdentified),
            (7, &bad("x", BadPhone::NotANumber)),
            (8, &bad("12", BadPhone::NotPossible)),
            (
                9,
                &Reason::Ragged {
                    cells: 1,
                    columns: 3
                }
            ),
            (11, &Reason::DuplicateOf { line: 3 }),
            (12, &Reason::Nul),
        ]
    );
    assert_eq!(import.rejected.counts()["bad-phone"], 2);
    for row in import.rejected.rows() {
        assert!(row.reason.to_string().ends_with('.'), "{}", row.reason);
    }
}

#[test]
fn phones_become_e164_digits_where_they_are_phones() {
    let text = "user_id,phone,bot_channel\n320 123 4567,,WhatsAppChannel\n0320,+39 (320) 1234568,WebChannel\n";
    let import = import(text.as_bytes());
    assert_eq!(import.targets[0].get("user_id"), Some("393201234567"));
    assert_eq!(import.targets[1].get("user_id"), Some("0320"));
    assert_eq!(
        import.targets[1].get("user_phone_number"),
        Some("393201234568")
    );
    // The same number written otherwise is the same contact.
    let twice = "phone,bot_channel\n3201234567,SMSChannel\n+39 320 1234567,SMSChannel\n";
    let import = self::import(twice.as_bytes());
    assert_eq!(lines(&import), [(3, &Reason::DuplicateOf { line: 2 })]);
}

#[test]
fn a_channel_is_given_to_rows_without_one() {
    let text = "user_id,bot_channel\n1,WebChannel\n2,\n";
    let mapping = Header::read(text.as_bytes()).unwrap().mapping();
    let import = read(text.as_bytes(), &mapping, Some("TelegramChannel")).unwrap();
    let channels: Vec<_> = import
        .targets
        .iter()
        .map(|target| target.get("bot_channel").unwrap())
        .collect();
    assert_eq!(channels, ["WebChannel", "TelegramChannel"]);
}

#[test]
fn columns_become_what_they_are_mapped_to() {
    let text = "City,City,Kunde\nRoma,Lazio,7\n";
    let header = Header::read(text.as_bytes()).unwrap();
    assert_eq!(header.columns, ["City", "City", "Kunde"]);
    assert_eq!(header.samples, [["Roma", "Lazio", "7"]]);
    let error = read(text.as_bytes(), &header.mapping(), None).unwrap_err();
    assert!(matches!(error, AudienceError::NoIdentity));
    let mapping = header
        .mapping()
        .with(&header.columns, "Kunde", "user_id")
        .unwrap();
    let import = read(text.as_bytes(), &mapping, None).unwrap();
    assert_eq!(
        import.targets,
        [target(&[("city", "Roma"), ("user_id", "7")])]
    );
}

#[rstest]
#[case::nothing("", "no header line")]
#[case::empty_lines("\r\n\n", "no header line")]
#[case::unnamed(",,\n1,2,3\n", "no header line")]
fn what_is_no_header(#[case] text: &str, #[case] expected: &str) {
    let error = Header::read(text.as_bytes()).unwrap_err().to_string();
    assert!(error.contains(expected), "{error}");
}

#[test]
fn a_header_without_rows_is_no_error() {
    let import = import(b"user_id,city\n");
    assert!(import.targets.is_empty());
    assert_eq!(import.rejected.count(), 0);
    assert_eq!(import.columns, ["user_id", "city"]);
}

#[test]
fn after_utf8_a_byte_that_is_none_costs_its_row_alone() {
    let import = import(b"user_id,city\n1,M\xc3\xbcnchen\n2,M\xfcnchen\n3,Roma\n");
    assert_eq!(import.targets.len(), 2);
    assert_eq!(lines(&import), [(3, &Reason::NotText)]);
}

/// A file with a line of so many bytes, made while it is read; none of it is in memory.
fn with_a_long_line(bytes: u64) -> impl Read {
    let head = &b"user_id,note\n1,a\n2,"[..];
    head.chain(std::io::repeat(b'x').take(bytes))
        .chain(&b"\n3,c\n"[..])
}

#[test]
fn a_line_of_many_megabytes_is_one_rejected_row() {
    let mapping = Header::read(&b"user_id,note\n"[..]).unwrap().mapping();
    let import = read(with_a_long_line(20_000_000), &mapping, None).unwrap();
    assert_eq!(import.targets.len(), 2);
    assert_eq!(lines(&import), [(3, &Reason::TooLong)]);
    let kept: usize = import.rejected.rows()[0]
        .cells
        .iter()
        .map(String::len)
        .sum();
    assert!(kept < 1_000, "{kept} bytes of it are kept");
    let fits = read(with_a_long_line(LONGEST_ROW as u64 - 10), &mapping, None).unwrap();
    assert_eq!(fits.targets.len(), 3);
}

#[test]
fn a_header_without_an_end_is_a_sentence() {
    let endless = std::io::repeat(b'x').take(20_000_000);
    assert!(matches!(
        Header::read(endless),
        Err(AudienceError::HeaderTooLong)
    ));
    let cells = b"x,".repeat(100_000);
    assert!(matches!(
        Header::read(cells.as_slice()),
        Err(AudienceError::HeaderTooLong)
    ));
}

/// Sets the flag after a while, and never ends.
struct Endless<'a>(usize, &'a AtomicBool);
impl Read for Endless<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.0 += 1;
        self.1.store(self.0 > 3, Ordering::Relaxed);
        buffer.fill(b'x');
        Ok(buffer.len())
    }
}

#[test]
fn it_can_be_stopped_in_the_middle_of_a_line_without_an_end() {
    let stop = AtomicBool::new(false);
    let mapping = Header::read(&b"user_id,note\n"[..]).unwrap().mapping();
    let import = TargetImport {
        mapping: &mapping,
        bot_channel: None,
        country: None,
    };
    let input = (&b"user_id,note\n1,"[..]).chain(Endless(0, &stop));
    assert_eq!(import.read(input, |_| (), &stop).unwrap(), None);
}

#[test]
fn progress_goes_up_to_the_files_length() {
    let rows: Vec<String> = (0..5_000).map(|row| row.to_string()).collect();
    let text = format!("user_id\n{}\n", rows.join("\n"));
    let mapping = Header::read(text.as_bytes()).unwrap().mapping();
    let import = TargetImport {
        mapping: &mapping,
        bot_channel: None,
        country: None,
    };
    let mut told = Vec::new();
    let read = import.read(
        text.as_bytes(),
        |progress| told.push(progress),
        &AtomicBool::new(false),
    );
    assert_eq!(read.unwrap().unwrap().targets.len(), 5_000);
    assert!(told.len() > 4);
    assert!(told.is_sorted_by_key(|progress| (progress.bytes, progress.taken)));
    let last = told.last().unwrap();
    assert_eq!(
        (last.bytes, last.taken, last.rejected),
        (text.len() as u64, 5_000, 0)
    );
}

#[test]
fn rejected_rows_are_written_with_their_reason_and_can_be_imported_when_corrected() {
    let text = "user_id,note\n,=1+1\n1\n2,ok\n";
    let import = self::import(text.as_bytes());
    let mut out = Vec::new();
    write_rejected(
        &mut out,
        &import.columns,
        import.delimiter,
        import.rejected.rows(),
    )
    .unwrap();
    let out = String::from_utf8(out).unwrap();
    let expected = "rejected_line,rejected_reason,user_id,note\n\
        2,It has neither a user_id nor a user_phone_number. Fill one of them in.,,'=1+1\n\
        3,\"It has 1 cell, but the header names 2. Quote cells that hold the separator.\",1\n";
    assert_eq!(out, expected);
    let corrected = out.replace(",,'=1+1", ",8,note");
    let again = self::import(corrected.as_bytes());
    assert_eq!(
        again.targets,
        [target(&[("user_id", "8"), ("note", "note")])]
    );
}

#[test]
fn a_quote_that_is_never_closed_names_the_first_and_the_last_line_of_what_it_swallowed() {
    let quote = |first, last| Reason::OpenQuote { first, last };
    let open = import(b"user_id,city\r\n1,Roma\r\n2,\"Bari\r\n3,Asti,4\r\n5\",x,y\r\n6,Como\r\n");
    assert_eq!(lines(&open), [(3, &quote(3, 5))]);
    assert_eq!(open.targets.len(), 2, "the lines around it are taken");
    let said = open.rejected.rows()[0].reason.to_string();
    assert!(said.contains("from line 3 to line 5"), "{said}");

    let at_the_end = import(b"user_id,city\n1,Roma\n\"2,Bari\n3,Asti\n");
    assert_eq!(lines(&at_the_end), [(3, &quote(3, 4))]);
    let one_line = import(b"user_id,city\n1,Roma\n\"2,Bari\n");
    let ragged = Reason::Ragged {
        cells: 1,
        columns: 2,
    };
    assert_eq!(lines(&one_line), [(3, &ragged)]);
}

/// In the last column the swallowed rows are one cell: as many cells as the header names, and nobody would miss them.
#[rstest]
#[case::at_the_end("1;ok\n2;\"five inch\n3;b\n4;c\n", (3, 5))]
#[case::a_quote_in_a_later_row("1;ok\n2;\"five inch\n3;say \"x\"\n", (3, 4))]
#[case::two_that_close_each_other("1;ok\n2;\"five inch\n3;six\"\n", (3, 4))]
#[case::a_row_that_is_quoted_itself("1;ok\n2;\"five\n\"\"3\"\";six\"\n", (3, 4))]
fn no_row_is_swallowed_by_a_quote_without_a_word(#[case] rows: &str, #[case] place: (u64, u64)) {
    let import = import(format!("user_id;note\n{rows}").as_bytes());
    let (first, last) = place;
    assert_eq!(
        lines(&import),
        [(first, &Reason::OpenQuote { first, last })]
    );
    assert_eq!(import.targets.len(), 1);
}

#[rstest]
#[case::an_address("Via Roma 1\nMilano")]
#[case::a_letter("Dear Ada;\nmany thanks; Bob")]
#[case::quotes_within("say \"\"hi\"\"\nthen")]
fn a_cell_of_several_lines_that_hold_no_row_is_taken(#[case] note: &str) {
    let import = import(format!("user_id;note\n1;\"{note}\"\n2;x\n").as_bytes());
    assert_eq!(import.rejected.count(), 0);
    assert_eq!(import.targets.len(), 2);
}

#[test]
fn what_marks_a_text_for_a_spreadsheet_is_no_part_of_a_name() {
    let import = import(b"user_id,note\n'-neg,''=x\n'@at,'s-Hertogenbosch\n");
    let expected = [
        target(&[("user_id", "-neg"), ("note", "'=x")]),
        target(&[("user_id", "@at"), ("note", "'s-Hertogenbosch")]),
    ];
    assert_eq!(import.targets, expected);
}

#[test]
fn rejected_rows_are_separated_as_the_file_is() {
    let import = import(b"user_id;note\n;a,b\n1;ok\n");
    let mut out = Vec::new();
    write_rejected(
        &mut out,
        &import.columns,
        import.delimiter,
        import.rejected.rows(),
    )
    .unwrap();
    let expected = "rejected_line;rejected_reason;user_id;note\n\
        2;It has neither a user_id nor a user_phone_number. Fill one of them in.;;\"a,b\"\n";
    assert_eq!(String::from_utf8(out).unwrap(), expected);
}
