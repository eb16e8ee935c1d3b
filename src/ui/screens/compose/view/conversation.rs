//! Whom a conversation would be with, said while its variables are typed.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use crate::domain::plan::Target;
use crate::domain::record::Contact;
use crate::domain::text::shown;
use crate::ui::screens::compose::Compose;
use crate::ui::screens::compose::conversation::Meeting;
use crate::ui::shared::Shared;
use crate::ui::theme::Mark;
use crate::ui::widgets::table::cut;
use crate::ui::widgets::words::marked;

/// Columns of a name or an id at most.
const MOST: usize = 40;

/// Draws the inside of the pane.
pub fn draw(compose: &Compose, frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>) {
    frame.render_widget(
        Paragraph::new(lines(compose, usize::from(area.width), shared)),
        area,
    );
}

/// Rows that it needs in a pane of a width.
pub fn lines(compose: &Compose, width: usize, shared: &Shared<'_>) -> Vec<Line<'static>> {
    let theme = shared.theme;
    let deprecated = "set_conversation is deprecated. The form targets reaches one contact too, and is the one to prefer.";
    let mut lines = marked(
        theme.mark_of(Mark::Warning),
        deprecated,
        theme.warning,
        width,
    );
    let (mark, text, style) = match compose.meeting() {
        Meeting::Nobody => (
            Mark::Error,
            "Nobody: below, give user_id, or user_phone_number, and bot_channel to create a contact.".to_owned(),
            theme.danger,
        ),
        Meeting::Looking => (Mark::Pending, "Looking into the cache ...".to_owned(), theme.dim),
        Meeting::Found(contact) => (Mark::Ok, found(&contact), theme.ok),
        Meeting::Created(target) => (
            Mark::Warning,
            format!("Not in the cache: {} would be created, if the platform doesn't know it.", named(&target)),
            theme.text,
        ),
        Meeting::NotCreatable(target) => (
            Mark::Error,
            format!("Nobody, as far as is known here: {} is not in the cache, and can't be created without bot_channel and user_id.", named(&target)),
            theme.danger,
        ),
    };
    lines.extend(marked(theme.mark_of(mark), &text, style, width));
    lines
}

fn found(contact: &Contact) -> String {
    let part = |name| contact.get(name).unwrap_or_default();
    let name = format!("{} {}", part("first_name"), part("last_name"));
    let words = [part("user_id"), name.trim(), part("bot_channel")]
        .map(|text| cut(&shown(text), MOST))
        .into_iter()
        .filter(|text| !text.is_empty());
    let words: Vec<String> = words.collect();
    format!("Found in the cache: {}", words.join(" · "))
}

fn named(target: &Target) -> String {
    let id = target.named_by().unwrap_or_default();
    let channel = target.get("bot_channel").unwrap_or_default();
    let text = format!("{} {}", cut(&shown(channel), MOST), cut(&shown(id), MOST));
    text.trim().to_owned()
}
