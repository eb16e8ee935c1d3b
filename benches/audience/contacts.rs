//! Seeded contacts with eight variables, one of them unique: the same in every run.

use std::io::Write;
use std::path::Path;

/// The variables, in the order of the columns.
pub const NAMES: [&str; 8] = [
    "user_id",
    "bot_channel",
    "favorite_color",
    "city",
    "amount",
    "last_order",
    "first_name",
    "locale",
];

/// Stands for a variable that is not set, in the exported file.
const UNSET: &str = "\\N";

/// A contact's value of a variable; `None` where it is not set.
pub fn value(column: usize, row: u32) -> Option<String> {
    let random = seeded(row, column as u64);
    let one_of =
        |list: &[&str]| list[usize::try_from(random % list.len() as u64).unwrap()].to_owned();
    let set = random >> 40 & 15 != 0;
    match column {
        0 => Some(format!("39{:010}", u64::from(row) * 7919)),
        1 => Some(one_of(&[
            "WhatsAppChannel",
            "RCSChannel",
            "SMSChannel",
            "TelegramChannel",
        ])),
        2 => set.then(|| one_of(&["red", "RED", "blue", "rosé", "Straße", "magenta", ""])),
        3 => set.then(|| format!("City {}", random % 3000)),
        4 => set.then(|| format!("{}.{:02}", random % 2000, random >> 20 & 63)),
        5 => set.then(|| {
            format!(
                "20{:02}-{:02}-{:02}",
                20 + random % 7,
                1 + random % 12,
                1 + (random >> 9) % 28
            )
        }),
        6 => set.then(|| format!("Name{}", random % 20_000)),
        _ => Some(one_of(&["it", "en", "de", "fr", "es", "pt-BR"])),
    }
}

/// A number that looks random and is the same in every run (`SplitMix64`).
fn seeded(row: u32, column: u64) -> u64 {
    let mut z = (u64::from(row) << 8 | column).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ z >> 31
}

/// Writes the contacts as CSV for other programs.
pub fn export(rows: u32, path: &Path) {
    let mut file = std::io::BufWriter::new(std::fs::File::create(path).unwrap());
    writeln!(file, "{}", NAMES.join(",")).unwrap();
    for row in 0..rows {
        let values = (0..NAMES.len()).map(|column| value(column, row));
        let values: Vec<String> = values
            .map(|value| value.unwrap_or_else(|| UNSET.to_owned()))
            .collect();
        writeln!(file, "{}", values.join(",")).unwrap();
    }
    file.flush().unwrap();
}
