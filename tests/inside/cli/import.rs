//! `mylink import`: files as they come, good and hostile, into the cache.

use std::fs;

use rstest::rstest;
use serde_json::{Value, json};

use super::harness::{Console, keys};

/// A console over one bot with contacts on phone channels, synced.
async fn console() -> Console {
    let console = Console::start().await;
    let contacts = json!([
        {"user_id": "393201234567", "bot_channel": "WhatsAppChannel", "city": "Roma", "vip": "yes"},
        {"user_id": "ada", "bot_channel": "WebChannel", "city": "Milano"},
    ]);
    assert_eq!(console.sandbox.put_contacts(contacts).await.status, 200);
    console.run(["sync"]).expect(0);
    console
}

fn contact(console: &Console, user_id: &str) -> Value {
    let all = console.run(["contacts", "--json"]).expect(0).json();
    let mut found = all.as_array().unwrap().iter();
    let found = found.find(|contact| contact["user_id"] == user_id);
    found.cloned().unwrap_or(Value::Null)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_file_says_comes_in_and_what_it_lacks_stays() {
    let console = console().await;
    let file = "Mobile,City,Channel\n+39 320 123 4567,Torino,WhatsAppChannel\n\
                +39 320 123 4568,,WhatsAppChannel\n";
    let ran = console
        .run_with(file, ["import", "-", "--json"])
        .expect(0)
        .json();
    let expected = [
        "bot",
        "dry_run",
        "taken",
        "new",
        "known",
        "without_channel",
        "rejected",
        "encoding",
        "delimiter",
        "columns",
        "rejections",
    ];
    assert_eq!(keys(&ran), expected);
    assert_eq!(
        (&ran["taken"], &ran["new"], &ran["known"]),
        (&json!(2), &json!(1), &json!(1))
    );
    let known = contact(&console, "393201234567");
    assert_eq!(
        (&known["city"], &known["vip"]),
        (&json!("Torino"), &json!("yes"))
    );
    let new = contact(&console, "393201234568");
    assert_eq!(new["user_phone_number"], "393201234568");
    assert_eq!(new["city"], Value::Null);
    // A sync doesn't take what was imported away.
    console.run(["sync"]).expect(0);
    assert_eq!(
        contact(&console, "393201234568")["bot_channel"],
        "WhatsAppChannel"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_says_the_same_and_changes_nothing() {
    let console = console().await;
    let path = console.home().join("people.csv");
    fs::write(&path, "user_id,bot_channel\nbob,WebChannel\n,WebChannel\n").unwrap();
    let path = path.to_str().unwrap();
    let dry = ["import", path, "--dry-run", "--json"];
    let dry = console.run(dry).expect(0).says("Line 3").json();
    assert_eq!(
        (&dry["taken"], &dry["new"], &dry["rejected"]),
        (&json!(1), &json!(1), &json!(1))
    );
    let rejection = json!([{"line": 3, "reason": "not-identified",
        "message": "It has neither a user_id nor a user_phone_number. Fill one of them in."}]);
    assert_eq!(dry["rejections"], rejection);
    assert_eq!(contact(&console, "bob"), Value::Null);
    let mut real = console.run(["import", path, "--json"]).expect(0).json();
    real["dry_run"] = json!(true);
    assert_eq!(real, dry);
    assert_eq!(contact(&console, "bob")["bot_channel"], "WebChannel");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_without_a_channel_is_the_one_contact_of_that_id() {
    let console = console().await;
    let ran = console
        .run_with("user_id,note\nada,x\nbob,y\n", ["import", "-", "--json"])
        .expect(0)
        .says("--channel");
    let ran = ran.json();
    assert_eq!((&ran["known"], &ran["new"]), (&json!(1), &json!(1)));
    assert_eq!(ran["without_channel"], 1);
    let ada = contact(&console, "ada");
    assert_eq!(
        (&ada["bot_channel"], &ada["note"]),
        (&json!("WebChannel"), &json!("x"))
    );
    let file = "user_id\nbob\n";
    let ran = console.run_with(file, ["import", "-", "--channel", "WebChannel", "--json"]);
    assert_eq!(ran.expect(0).json()["without_channel"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_are_taken_as_said_and_as_the_last_time() {
    let console = console().await;
    let file = "Kunde;Stadt;Notiz\nada;Napoli;x\n";
    let map = [
        "import",
        "-",
        "--map",
        "Kunde=user_id",
        "--map",
        "Stadt=city",
        "--map",
        "Notiz=",
    ];
    console
        .run_with(file, map)
        .expect(0)
        .says("Ignored: \"Notiz\"")
        .says("separated by semicolons")
        .says("\"Kunde\" is taken for user_id.");
    assert_eq!(contact(&console, "ada")["city"], "Napoli");
    let again = "Kunde;Stadt;Notiz\nada;Bari;x\n";
    console
        .run_with(again, ["import", "-"])
        .expect(0)
        .says("as the last time");
    let ada = contact(&console, "ada");
    assert_eq!(
        (&ada["city"], &ada["notiz"]),
        (&json!("Bari"), &Value::Null)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_country_is_that_of_the_command_line_or_the_profile() {
    let console = console().await;
    let file = "Telefon,Bot Channel\n0320 123 4569,SMSChannel\n";
    let none = console.run_with(file, ["import", "-"]).expect(2);
    assert!(none.stderr.contains("no country code"), "{none:?}");
    let none = none.says("\"Telefon\" is taken for user_phone_number.");
    assert!(
        !none.stderr.contains("Bot Channel"),
        "its own name: {none:?}"
    );
    console.configure("country = \"it\"");
    let file = "user_phone_number,bot_channel\n320 123 4569,SMSChannel\n";
    console.run_with(file, ["import", "-"]).expect(0);
    assert_eq!(
        contact(&console, "393201234569")["bot_channel"],
        "SMSChannel"
    );
    let german = "user_phone_number,bot_channel\n0151 23456789,SMSChannel\n";
    console
        .run_with(german, ["import", "-", "--country", "de"])
        .expect(0);
    assert_eq!(
        contact(&console, "4915123456789")["bot_channel"],
        "SMSChannel"
    );
    let unknown = ["import", "-", "--country", "QQ"];
    console.run_with(file, unknown).expect(2).says("no country");
    console.configure("country = \"Italy\"");
    console.run(["bots"]).expect(2).says("country");
}

#[tokio::test(flavor = "multi_thread")]
async fn rejected_rows_come_back_in_a_file_that_can_be_corrected() {
    let console = console().await;
    let rejected = console.home().join("rejected.csv");
    let rejected = rejected.to_str().unwrap();
    let file = "user_id,bot_channel\nbob,WebChannel\nfoo,SMSChannel\n=1+1,SMSChannel,x\n";
    console
        .run_with(file, ["import", "-", "--rejected", rejected])
        .expect(0);
    let text = fs::read_to_string(rejected).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[0],
        "rejected_line,rejected_reason,user_id,bot_channel"
    );
    assert!(
        lines[1].starts_with("3,") && lines[1].ends_with(",foo,SMSChannel"),
        "{text}"
    );
    assert!(
        lines[2].contains("'=1+1"),
        "harmless in a spreadsheet: {text}"
    );
    let mode =
        std::os::unix::fs::PermissionsExt::mode(&fs::metadata(rejected).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    // Corrected, it can be imported: its first two columns are no variables.
    let corrected = text.replace(",foo,", ",+39 320 1112223,");
    console
        .run_with(corrected, ["import", "-", "--json"])
        .expect(0);
    assert_eq!(
        contact(&console, "393201112223")["rejected_line"],
        Value::Null
    );
    let own = console.home().join("own.csv");
    fs::write(&own, file).unwrap();
    let own = own.to_str().unwrap();
    console
        .run(["import", own, "--rejected", own])
        .expect(2)
        .says("another name");
    assert_eq!(fs::read_to_string(own).unwrap(), file);
}

/// The text in UTF-16, low byte first, with its mark.
fn utf16(text: &str) -> Vec<u8> {
    let units = text.encode_utf16().flat_map(u16::to_le_bytes);
    [0xff, 0xfe].into_iter().chain(units).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn encodings_are_recognised_and_named() {
    let console = console().await;
    let text = "user_id\tcity\nada\tMünchen\n";
    let files = [
        (text.as_bytes().to_vec(), "UTF-8"),
        ([b"\xef\xbb\xbf", text.as_bytes()].concat(), "UTF-8"),
        (utf16(text), "UTF-16 LE"),
        (b"user_id\tcity\nada\tM\xfcnchen\n".to_vec(), "Windows-1252"),
    ];
    for (bytes, name) in files {
        let ran = console.run_with(bytes, ["import", "-", "--json"]).expect(0);
        assert_eq!(ran.json()["encoding"], name);
        assert_eq!(ran.json()["delimiter"], "\t");
        let told = format!("read as {name}, separated by tabs");
        assert!(ran.stderr.contains(&told), "{ran:?}");
        assert_eq!(contact(&console, "ada")["city"], "München");
    }
}

#[rstest]
#[case::nothing("", "no header")]
#[case::blank_lines("\n\n\n", "no header")]
#[case::equal_columns("user_id,City,city\nx,a,b\n", "both the variable `city`")]
#[case::equal_names("user_id,city,city\nx,a,b\n", "both the variable `city`")]
#[case::nobody("city,first_name\nRoma,Ada\n", "neither a column `user_id`")]
#[case::binary("\0\0\0\0\x01\x02", "neither a column")]
#[tokio::test(flavor = "multi_thread")]
async fn files_that_can_not_be_used_are_exit_2_with_a_sentence(
    #[case] file: &str,
    #[case] words: &str,
) {
    let console = console().await;
    let before = console.run(["contacts", "--json"]).stdout;
    let ran = console
        .run_with(file, ["import", "-"])
        .expect(2)
        .says(words);
    assert_eq!(ran.stdout, "");
    assert_eq!(console.run(["contacts", "--json"]).stdout, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_rows_are_rejected_by_line_and_the_others_taken() {
    let console = console().await;
    let mut file = b"user_id,bot_channel,note\nbob,WebChannel,ok\n".to_vec();
    file.extend_from_slice(b"eve,WebChannel,a\0b\n");
    file.extend_from_slice(b"mal,WebChannel\n");
    file.extend_from_slice(b"long,WebChannel,");
    file.extend(std::iter::repeat_n(b'x', 1_200_000));
    file.extend_from_slice(b"\nzoe,WebChannel,\x1b]0;hello\x07\n");
    file.extend_from_slice(b"bob,WebChannel,twice\n");
    let ran = console.run_with(file, ["import", "-", "--json"]).expect(0);
    assert!(!ran.stderr.contains('\x1b') && !ran.stdout.contains('\x1b'));
    let told = ran.json();
    let rejections = told["rejections"].as_array().unwrap();
    let told: Vec<(u64, &str)> = rejections
        .iter()
        .map(|row| {
            (
                row["line"].as_u64().unwrap(),
                row["reason"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [(3, "nul"), (4, "ragged"), (5, "too-long"), (7, "duplicate")]
    );
    assert_eq!(contact(&console, "bob")["note"], "ok");
    assert_eq!(contact(&console, "zoe")["note"], "\x1b]0;hello\x07");
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_contacts_they_are_is_said_where_there_are_several_bots() {
    let console = console().await;
    console.sandbox.create_bot("Second").await;
    console.run(["sync"]).expect(0);
    let file = "user_id,bot_channel\nbob,WebChannel\n";
    console
        .run_with(file, ["import", "-"])
        .expect(2)
        .says("Bot, Second");
    console
        .run_with(file, ["import", "-", "--bot", "Second"])
        .expect(0);
    let second = console
        .run(["contacts", "--bot", "Second", "--json"])
        .json();
    assert_eq!(second.as_array().unwrap().len(), 1);
    console
        .run_with(file, ["import", "-", "--bot", "Third"])
        .expect(2);
    console
        .run(["import", "nowhere.csv", "--bot", "Bot"])
        .expect(2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_only_profile_imports_since_only_the_cache_changes() {
    let console = console().await;
    console.configure("readonly = true");
    let file = "user_id,bot_channel\nbob,WebChannel\n";
    console.run_with(file, ["import", "-"]).expect(0);
    assert_eq!(contact(&console, "bob")["bot_channel"], "WebChannel");
}
