//! How the import looks, step by step: always of the same size, so that nothing jumps.

mod columns;
mod outcome;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{Import, Stage};
use crate::audience::ImportProgress;
use crate::domain::text::{grouped, shown, size};
use crate::model::{Action, Context};
use crate::ui::picture::Picture;
use crate::ui::shared::Shared;
use crate::ui::widgets::pane::{Pane, centred};
use crate::ui::widgets::table::{clip, cut};

/// Columns and rows of the overlay at most.
const MOST: (u16, u16) = (108, 32);

/// Draws it.
pub fn draw(
    import: &Import,
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared<'_>,
    picture: &mut Picture,
) {
    let area = centred(area, MOST.0, MOST.1);
    let theme = shared.theme;
    let right = Span::styled(facts(import, usize::from(area.width)), theme.dim);
    // Corners, blanks and a piece of the border between the two.
    let room = usize::from(area.width).saturating_sub(right.width() + 8);
    let inner = Pane::new(title(import, room, shared))
        .right(right)
        .draw_over(frame, area, theme);
    match (&import.stage, &import.columns) {
        (Stage::Columns, Some(columns)) => columns::draw(columns, frame, inner, shared, picture),
        (Stage::Reading(progress), Some(columns)) => {
            reading(*progress, columns.file.stamp.bytes, frame, inner, shared);
        }
        (Stage::Read(outcome), _) => outcome::draw(outcome, frame, inner, shared, picture),
        _ => {
            let hint =
                "CSV or TSV: a line that names the columns, then a contact a line. ~ is your home.";
            import.file.view(frame, inner, shared, hint);
        }
    }
}

/// What is done, for which broadcast; at most `room` columns.
fn title(import: &Import, room: usize, shared: &Shared<'_>) -> String {
    let name = shared
        .broadcast(&import.broadcast)
        .map_or_else(String::new, |broadcast| clip(&broadcast.name, 30));
    cut(&format!("Import targets for {name}"), room)
}

/// The file, its size, its encoding and its delimiter.
fn facts(import: &Import, width: usize) -> String {
    let Some(columns) = import
        .columns
        .as_ref()
        .filter(|_| !matches!(import.stage, Stage::File))
    else {
        return String::new();
    };
    let header = &columns.file.header;
    let delimiter = match header.delimiter {
        ';' => "semicolons",
        '\t' => "tabs",
        _ => "commas",
    };
    let what = format!(
        "{} · {} · {delimiter}",
        size(columns.file.stamp.bytes),
        header.encoding
    );
    let room = width.saturating_sub(what.len() + 50).clamp(10, 40);
    let name = import.path.trim().rsplit('/').next().unwrap_or_default();
    format!("{} · {what}", clip(name, room))
}

/// How far the file is read.
fn reading(
    progress: ImportProgress,
    bytes: u64,
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared<'_>,
) {
    let theme = shared.theme;
    let key = shared.key_of(&[Context::ImportReading], Action::StopReading);
    let mut lines = vec![
        Line::from(Span::styled(
            "Reading the file. Nothing is taken yet.",
            theme.text,
        )),
        Line::default(),
        bar(
            progress.bytes,
            bytes,
            usize::from(area.width).min(80),
            shared,
        ),
        Line::default(),
    ];
    let fact = |label: &str, value: String| {
        Line::from(vec![
            Span::styled(format!("{label:<13}"), theme.dim),
            Span::styled(value, theme.text),
        ])
    };
    lines.push(fact("Taken", grouped(progress.taken)));
    lines.push(fact("Rejected", grouped(progress.rejected)));
    lines.push(fact(
        "Read",
        format!("{} of {}", size(progress.bytes), size(bytes)),
    ));
    lines.push(Line::default());
    lines.push(Line::from(vec![
        Span::styled(key, theme.focus),
        Span::styled(" stops; the draft stays as it is.", theme.dim),
    ]));
    frame.render_widget(Paragraph::new(lines), area);
}

/// A bar of so many columns, its share behind it.
pub fn bar(done: u64, of: u64, width: usize, shared: &Shared<'_>) -> Line<'static> {
    let theme = shared.theme;
    let (full, empty) = if theme.ascii {
        ("#", "-")
    } else {
        ("█", "░")
    };
    let done = done.min(of);
    let room = width.saturating_sub(7) as u64;
    let share = |parts: u64| done.saturating_mul(parts).checked_div(of).unwrap_or(0);
    let (filled, percent) = (share(room), share(100));
    let cells = |count: u64| usize::try_from(count).unwrap_or(0);
    Line::from(vec![
        Span::styled(full.repeat(cells(filled)), theme.mark),
        Span::styled(empty.repeat(cells(room - filled)), theme.faint),
        Span::styled(format!(" {percent:>3} %"), theme.text),
    ])
}

/// A problem or a word of success, at most three lines of it.
pub fn notice_lines(
    notice: &crate::model::Notice,
    width: usize,
    shared: &Shared<'_>,
) -> Vec<Line<'static>> {
    use crate::model::notice::Tone;
    use crate::ui::theme::Mark;
    let theme = shared.theme;
    let (mark, style) = match notice.tone {
        Tone::Ok => (Mark::Ok, theme.ok),
        Tone::Warning => (Mark::Warning, theme.warning),
        Tone::Error => (Mark::Error, theme.danger),
    };
    let text = shown(&notice.text);
    let mut lines = crate::ui::widgets::words::marked(theme.mark_of(mark), &text, style, width);
    lines.truncate(3);
    lines
}
