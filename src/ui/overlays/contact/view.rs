//! The picture of one contact.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use unicode_width::UnicodeWidthStr;

use super::ContactOverlay;
use crate::domain::contact::{ContactInFull, Reached, ReachedBy};
use crate::domain::explain::Explanation;
use crate::domain::launch::Outcome;
use crate::domain::record::Contact;
use crate::domain::text::{counted, grouped, shown};
use crate::model::{Action, Context};
use crate::ui::picture::Picture;
use crate::ui::shared::Shared;
use crate::ui::theme::{Mark, Theme};
use crate::ui::widgets::judged::judged;
use crate::ui::widgets::pane::{Pane, centred};
use crate::ui::widgets::relative::{ago, clock};
use crate::ui::widgets::table::clip;
use crate::ui::widgets::words::{fact, wrap};

/// Columns of the overlay at most.
const MOST_COLUMNS: u16 = 108;

/// Columns of a field's name at most.
const NAME: usize = 28;

/// Characters of a value that are shown at most.
const LONGEST: usize = 20_000;

/// Launches that are listed at most.
const LAUNCHES: usize = 50;

/// What says who it is: it stands in the head alone.
const IDENTITY: [(&str, &str); 3] = [
    ("user_id", "user_id"),
    ("Phone", "user_phone_number"),
    ("Channel", "bot_channel"),
];

/// Draws it.
pub fn draw(
    overlay: &ContactOverlay,
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared<'_>,
    picture: &mut Picture,
) {
    let theme = shared.theme;
    let columns = MOST_COLUMNS.min(area.width);
    let width = usize::from(columns.saturating_sub(4));
    let lines = match &overlay.known {
        Some(known) => lines(known, overlay.launch, width, shared),
        None => vec![Line::from(Span::styled("Reading ...", theme.dim))],
    };
    let title = overlay
        .known
        .as_ref()
        .map_or_else(|| "Contact".to_owned(), |known| title(&known.contact));
    let of = overlay.place.rows.len() as u64;
    let place = if of > 1 {
        format!("{} of {}", grouped(overlay.at as u64 + 1), grouped(of))
    } else {
        String::new()
    };
    let rows = lines.len();
    let height = u16::try_from(rows + 2).unwrap_or(u16::MAX);
    let area = centred(area, columns, height);
    let page = usize::from(area.height.saturating_sub(2));
    let first = overlay.scroll.first(rows, page, picture);
    let sight = crate::ui::widgets::scroll::in_sight(first, page, rows);
    let inner = Pane::new(clip(&title, width.saturating_sub(place.width() + 6)))
        .right(Span::styled(place, theme.dim))
        .below(Span::styled(sight, theme.dim))
        .draw_over(frame, area, theme);
    let lines: Vec<Line<'_>> = lines.into_iter().skip(first).take(page).collect();
    frame.render_widget(Paragraph::new(lines), inner);
}

/// A person's name, else what identifies them.
fn title(contact: &Contact) -> String {
    let filled = |name| contact.get(name).filter(|value| !value.is_empty());
    let names = [filled("first_name"), filled("last_name")];
    let names: Vec<&str> = names.into_iter().flatten().collect();
    if !names.is_empty() {
        return names.join(" ");
    }
    let id = filled("user_id").or_else(|| filled("user_phone_number"));
    id.unwrap_or("Contact").to_owned()
}

fn lines(
    known: &ContactInFull,
    launch: usize,
    width: usize,
    shared: &Shared<'_>,
) -> Vec<Line<'static>> {
    let theme = shared.theme;
    let mut lines = head(known, width, shared);
    if let Some(explanation) = &known.explanation {
        lines.extend(why(explanation, width, theme));
    }
    lines.extend(launches(&known.reached, launch, width, shared));
    lines.extend(fields(known, width, theme));
    lines
}

/// Who it is, since when it is known, and where it belongs.
fn head(known: &ContactInFull, width: usize, shared: &Shared<'_>) -> Vec<Line<'static>> {
    let theme = shared.theme;
    let contact = &known.contact;
    let mut lines = Vec::new();
    let mut say = |label: &str, text: &str, style: Style| {
        lines.extend(fact(label, text, style, width, theme));
    };
    for (label, name) in IDENTITY {
        if let Some(value) = contact.get(name).filter(|value| !value.is_empty()) {
            say(label, &whole(value), theme.strong);
        }
    }
    match (known.is_cached, known.as_of) {
        (true, Some(at)) => {
            let text = format!("with the bot's contacts, {}", ago(at, shared.now));
            say("Read", &text, theme.text);
        }
        (true, None) => say("Read", "never from the platform", theme.text),
        (false, _) => say(
            "Read",
            "not in the cache: this is what the plan's target says",
            theme.warning,
        ),
    }
    let audiences: Vec<String> = known.audiences.iter().map(|name| clip(name, 60)).collect();
    let mut text = match audiences.as_slice() {
        [] => "none of those that were read".to_owned(),
        names => names.join(" · "),
    };
    if known.audiences_not_read > 0 {
        let not_read = counted(known.audiences_not_read, "audience");
        text = format!("{text}; {not_read} not read to the end");
    }
    say("Audiences", &text, theme.text);
    if let Some(reason) = &known.suppressed {
        let reason = match reason.as_str() {
            "" => String::new(),
            reason => format!(": {}", shown(reason)),
        };
        let text = format!("on the suppression list{reason}");
        say("Suppressed", &text, theme.warning);
    }
    lines
}

/// Which rows of the filter decide.
fn why(explanation: &Explanation, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let title = if explanation.matches {
        "Why it matches"
    } else {
        "Why it doesn't match"
    };
    let mut lines = section(title, theme);
    let sentence = explanation.sentence();
    let wrapped = wrap(&sentence, width).into_iter();
    lines.extend(wrapped.map(|line| Line::from(Span::styled(line, theme.text))));
    lines.extend(judged(explanation, width, theme));
    lines
}

fn section(title: &str, theme: &Theme) -> Vec<Line<'static>> {
    let title = Span::styled(title.to_owned(), theme.criterion);
    vec![Line::default(), Line::from(title)]
}

/// The launches that were to reach it, by the record, and what the record can't say.
fn launches(
    reached: &Reached,
    chosen: usize,
    width: usize,
    shared: &Shared<'_>,
) -> Vec<Line<'static>> {
    let theme = shared.theme;
    let mut lines = section("Launches to it", theme);
    if reached.launches.is_empty() {
        let text = "None is on this machine's record.";
        lines.push(Line::from(Span::styled(text, theme.dim)));
    }
    let listed = reached.launches.iter().take(LAUNCHES).enumerate();
    lines.extend(listed.map(|(place, by)| launch(by, place == chosen, width, shared)));
    let more = reached.launches.len().saturating_sub(LAUNCHES);
    if more > 0 {
        let text = format!("and {} before", counted(more as u64, "launch"));
        lines.push(Line::from(Span::styled(
            text.replace("launchs", "launches"),
            theme.dim,
        )));
    }
    if reached.not_recorded > 0 {
        let text = reached.unrecorded_words();
        let wrapped = wrap(&text, width).into_iter();
        lines.extend(wrapped.map(|line| Line::from(Span::styled(line, theme.dim))));
    }
    lines
}

fn launch(by: &ReachedBy, is_chosen: bool, width: usize, shared: &Shared<'_>) -> Line<'static> {
    let theme = shared.theme;
    let (mark, style) = match by.outcome {
        Outcome::Accepted => (Mark::Ok, theme.ok),
        Outcome::Unknown => (Mark::Unknown, theme.warning),
        Outcome::Sending => (Mark::Pending, theme.warning),
        _ => (Mark::Error, theme.danger),
    };
    let bar = if is_chosen {
        theme.mark_of(Mark::Row)
    } else {
        " "
    };
    let at = clock(by.at, shared.now);
    let outcome = by.words();
    let key = shared.key_of(&[Context::Contact], Action::OpenLaunch);
    let hint = if is_chosen {
        format!("  {key} opens")
    } else {
        String::new()
    };
    let used = 26 + outcome.width() + hint.width();
    let name = clip(&by.broadcast.name, width.saturating_sub(used).max(8));
    Line::from(vec![
        Span::styled(format!("{bar} "), theme.mark),
        Span::styled(format!("{} {outcome}  ", theme.mark_of(mark)), style),
        Span::styled(format!("{at}  "), theme.dim),
        Span::styled(name, theme.text),
        Span::styled(hint, theme.dim),
    ])
}

/// Every field that the head hasn't, with its value.
fn fields(known: &ContactInFull, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let is_in_head = |name: &str, value: &str| {
        !value.is_empty() && IDENTITY.iter().any(|(_, identity)| *identity == name)
    };
    let fields = known.contact.variables.iter();
    let fields: Vec<_> = fields
        .filter(|(name, value)| !is_in_head(name, value))
        .collect();
    let names = fields.iter().map(|(name, _)| *name).chain(&known.unknown);
    let widest = names.map(|name| clip(name, NAME).width()).max();
    let Some(indent) = widest.map(|widest| widest + 2) else {
        return Vec::new();
    };
    let mut lines = section(&counted(fields.len() as u64, "other field"), theme);
    for (name, value) in fields {
        let (text, style) = match whole(value) {
            empty if empty.is_empty() => ("empty".to_owned(), theme.faint),
            text => (text, theme.text),
        };
        field(&mut lines, name, &text, style, (indent, width), theme);
    }
    for name in &known.unknown {
        let text = "not known: the contact was read without it";
        field(
            &mut lines,
            name,
            text,
            theme.warning,
            (indent, width),
            theme,
        );
    }
    lines
}

/// A value fit to be shown, and how much more there is of one that is too long.
fn whole(value: &str) -> String {
    let end = value.floor_char_boundary(LONGEST);
    let text = shown(&value[..end]).into_owned();
    if end == value.len() {
        return text;
    }
    let more = counted((value.len() - end) as u64, "byte");
    format!("{text} … and {more} more")
}

fn field(
    lines: &mut Vec<Line<'static>>,
    name: &str,
    text: &str,
    style: Style,
    (indent, width): (usize, usize),
    theme: &Theme,
) {
    let name = clip(name, NAME);
    let name = format!("{name}{}", " ".repeat(indent.saturating_sub(name.width())));
    let blank = " ".repeat(indent);
    for (number, line) in wrap(text, width.saturating_sub(indent))
        .into_iter()
        .enumerate()
    {
        let label = if number == 0 { &name } else { &blank };
        lines.push(Line::from(vec![
            Span::styled(label.clone(), theme.field),
            Span::styled(line, style),
        ]));
    }
}
