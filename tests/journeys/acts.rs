//! What an operator does over and over: find a broadcast, write a filter, review, launch.

use serde_json::Value;

use crate::terminal::{Screen, Terminal};

/// The demo's first bot.
pub const BOT: &str = "Harbour Coffee";
/// Its first broadcast: it wants a POST and a bot token, and everybody is its configured audience.
pub const BROADCAST: &str = "Autumn menu";

impl Terminal {
    /// Goes from the start to the composing of [`BROADCAST`], once everything was synced.
    pub fn open_broadcast(&mut self) -> &mut Self {
        self.wait_for(BOT)
            .wait_for("synced just now")
            .press("enter");
        self.wait_for(BROADCAST).press("enter");
        self.wait_for("+ condition")
    }

    /// Adds a condition to the filter.
    pub fn add_filter(&mut self, field: &str, criterion: &str, value: &str) -> &mut Self {
        self.press("a").type_text(field).press("enter");
        self.type_text(criterion).press("enter");
        self.type_text(value).press("enter");
        self.wait_until("condition", |screen| {
            screen
                .rows()
                .iter()
                .any(|row| row.contains(field) && row.contains(criterion) && row.contains(value))
        })
    }

    /// Adds a variable that is set on everybody.
    pub fn add_variable(&mut self, name: &str, value: &str) -> &mut Self {
        self.press("tab").press("a");
        self.type_text(name).press("enter");
        self.type_text(value).press("enter");
        self.wait_until("variable", |screen| {
            let rows = screen.rows();
            rows.iter()
                .any(|row| row.contains(name) && row.contains(value))
        })
    }

    /// Composes a launch to those whose favourite colour is magenta.
    pub fn compose(&mut self) -> &mut Self {
        self.open_broadcast();
        self.add_filter("favorite_color", "Equals", "magenta")
    }

    /// Asks for the review, and waits until it stands.
    pub fn review(&mut self) -> &mut Self {
        self.press("f5").wait_until("review", |screen| {
            screen
                .rows()
                .iter()
                .any(|row| row.contains(" Who          "))
        })
    }

    /// The number of contacts that the review shows.
    pub fn reviewed_count(&mut self) -> usize {
        let screen = self.screen();
        let count = screen.rows().iter().find_map(|row| {
            let words: Vec<&str> = row.split_whitespace().collect();
            let facts = words.windows(3);
            let mut who = facts.filter(|words| words[0] == "Who" && words[2] == "contacts");
            who.next()
                .and_then(|words| words[1].replace(',', "").parse().ok())
        });
        count.unwrap_or_else(|| panic!("no count:\n{screen}"))
    }

    /// The exact body that the review shows.
    pub fn reviewed_body(&mut self) -> String {
        let is_whole = |screen: &Screen| {
            shown_body(screen).is_some_and(|body| serde_json::from_str::<Value>(&body).is_ok())
        };
        self.press("f2").wait_until("whole body", is_whole);
        shown_body(&self.screen()).unwrap()
    }
}

/// The body, put together from the rows of its pane, as far as it stands there.
fn shown_body(screen: &Screen) -> Option<String> {
    let rows = screen.rows();
    let rows = rows
        .iter()
        .skip_while(|row| !row.contains("{\"audience_filters"));
    let mut left = None;
    let mut body = String::new();
    for row in rows {
        let letters: Vec<char> = row.chars().collect();
        let start = *left.get_or_insert_with(|| letters.iter().position(|c| *c == '{').unwrap());
        let part: String = letters[start..].iter().take_while(|c| **c != '│').collect();
        body.push_str(part.trim_end());
        if body.ends_with("\"}") {
            return Some(body);
        }
    }
    None
}

/// Whether the line about an unknown launch of [`BROADCAST`] stands under the tabs.
pub fn has_standing_line(screen: &Screen) -> bool {
    let rows = screen.rows();
    let mut top = rows.iter().take(4);
    top.any(|row| row.contains("unknown") && row.contains(BROADCAST))
}

impl Terminal {
    /// Waits until the line about an unknown launch stands.
    pub fn wait_for_standing_line(&mut self) -> &mut Self {
        self.wait_until("line about the unknown launch", has_standing_line)
    }

    /// Settles the unknown launch as sent, from wherever one is.
    pub fn settle_as_sent(&mut self, reason: &str) -> &mut Self {
        self.press("!").wait_for("Reason");
        self.press("tab").type_text(reason).press("enter");
        self.wait_until(
            "screen without the line about the unknown launch",
            |screen| !screen.has("Reason") && !has_standing_line(screen),
        )
    }

    /// Opens the bot's log of launches from the list of bots.
    pub fn open_log(&mut self) -> &mut Self {
        self.wait_for(BOT)
            .wait_for("synced just now")
            .press("enter");
        self.wait_for(BROADCAST).press("2").wait_for_log()
    }

    /// Waits until a log of launches stands.
    pub fn wait_for_log(&mut self) -> &mut Self {
        self.wait_until("log of launches", |screen| {
            let titles = ["Outcome", "When", "Contacts"];
            let mut rows = screen.rows().into_iter();
            rows.any(|row| titles.iter().all(|title| row.contains(title)))
        })
    }

    /// Leaves the program.
    pub fn quit(&mut self) {
        self.press("q");
        assert_eq!(self.exit_code(), 0);
    }
}
