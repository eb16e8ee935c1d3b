//! What stands around every screen: where one is, what is pending, and which keys work here.

mod waiting;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Paragraph, Wrap};
use unicode_width::UnicodeWidthStr;

use crate::domain::gate::Danger;
use crate::domain::launch::LaunchRecord;
use crate::domain::standing::RecordTrouble;
use crate::domain::text::{counted, shown};
use crate::model::keymap::name_of;
use crate::model::notice::Tone;
use crate::model::{Action, Context, Notice};
use crate::ui::picture::{Hit, Picture};
use crate::ui::shared::Shared;
use crate::ui::theme::{Mark, Theme};
use crate::ui::widgets::relative::clock;
use crate::ui::widgets::table::cut;

pub use waiting::waiting;

/// Columns and rows below which a sentence stands instead of the screen.
pub const LEAST_SIZE: (u16, u16) = (60, 16);

/// Columns below which a part of a place's name says nothing.
const LEAST_CRUMB: usize = 8;

/// The named areas of a screen.
pub struct Areas {
    /// Program, profile, place; at the right who, token, cache.
    pub header: Rect,
    /// The tabs of the place and the line under them.
    pub tabs: Rect,
    /// What stands until it is mended or settled; no height where there is nothing.
    pub standing: Rect,
    /// The screen itself.
    pub body: Rect,
    /// A notice; no height where there is none.
    pub notice: Rect,
    /// The keys.
    pub footer: Rect,
}

/// Splits the terminal once.
pub fn split(area: Rect, standing: &[Line<'_>], notice: Option<&Notice>) -> Areas {
    let notice_rows = notice.map_or(0, |notice| {
        let width = usize::from(area.width.saturating_sub(4)).max(1);
        u16::try_from(notice.text.width().div_ceil(width))
            .unwrap_or(1)
            .clamp(1, 4)
    });
    let rows = [
        Constraint::Length(1),
        Constraint::Length(2),
        Constraint::Length(u16::try_from(standing.len()).unwrap_or(u16::MAX)),
        Constraint::Min(1),
        Constraint::Length(notice_rows),
        Constraint::Length(1),
    ];
    let [header, tabs, standing, body, notice, footer] = Layout::vertical(rows).areas(area);
    Areas {
        header,
        tabs,
        standing,
        body,
        notice,
        footer,
    }
}

/// Says which size is needed; for terminals below [`LEAST_SIZE`]. `is_held` while a launch is about to go out.
pub fn too_small(frame: &mut Frame<'_>, is_held: bool) {
    let (width, height) = LEAST_SIZE;
    let area = frame.area();
    let size = format!(
        "{}x{} is too small: enlarge it to {width}x{height}.",
        area.width, area.height
    );
    // What can be done comes first where it can't wait.
    let text = if is_held {
        format!("Any key takes the launch back. {size}")
    } else {
        format!("{size} Till then keys do nothing; ^C quits.")
    };
    frame.render_widget(Paragraph::new(text).wrap(Wrap { trim: true }), area);
}

/// Draws the header: `crumbs` are the names of the place, outermost first.
pub fn header(
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared<'_>,
    crumbs: &[String],
    right: &[String],
) {
    let theme = shared.theme;
    let live = shared.environment.danger == Danger::Live;
    let ground = if live { theme.live_line } else { Style::new() };
    frame.render_widget(Block::new().style(ground), area);
    let right = right.join("   ");
    let right_width = u16::try_from(right.width() + 1)
        .unwrap_or(u16::MAX)
        .min(area.width / 2 + 6);
    let mut spans = vec![
        Span::styled(" mylink  ", theme.dim),
        pill(shared),
        Span::raw("  "),
    ];
    if shared.environment.readonly {
        spans.push(Span::styled("read-only  ", theme.warning));
    }
    let used: usize = spans.iter().map(Span::width).sum();
    let room = usize::from(area.width.saturating_sub(right_width)).saturating_sub(used + 1);
    spans.extend(breadcrumbs(crumbs, room, theme));
    frame.render_widget(Paragraph::new(Line::from(spans)), area);
    let area = Rect {
        x: area.right() - right_width,
        width: right_width,
        ..area
    };
    let right = Span::styled(
        format!("{} ", cut(&right, usize::from(right_width) - 1)),
        theme.dim,
    );
    frame.render_widget(
        Paragraph::new(Line::from(right).right_aligned()).style(ground),
        area,
    );
}

/// The profile's name with its danger, in words and colour.
fn pill(shared: &Shared<'_>) -> Span<'static> {
    let theme = shared.theme;
    let name = shown(&shared.environment.profile).to_uppercase();
    match shared.environment.danger {
        Danger::Safe => Span::styled(format!(" {name} "), theme.safe_pill),
        Danger::Live => Span::styled(format!(" LIVE {name} "), theme.live_pill),
    }
}

fn breadcrumbs(crumbs: &[String], room: usize, theme: &Theme) -> Vec<Span<'static>> {
    let separator = if theme.ascii { " > " } else { " › " };
    let mut spans = Vec::new();
    let separators = crumbs.len().saturating_sub(1) * separator.width();
    let each = room.saturating_sub(separators) / crumbs.len().max(1);
    // Where there is no room for all, the innermost says most.
    let (crumbs, each) = match crumbs {
        [.., last] if each < LEAST_CRUMB => (std::slice::from_ref(last), room),
        all => (all, each),
    };
    for (index, crumb) in crumbs.iter().enumerate() {
        let is_last = index + 1 == crumbs.len();
        let style = if is_last { theme.strong } else { theme.text };
        if index > 0 {
            spans.push(Span::styled(separator, theme.dim));
        }
        spans.push(Span::styled(cut(&shown(crumb), each), style));
    }
    spans
}

/// Draws the tabs with the line under the one that is open.
pub fn tabs(
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared<'_>,
    titles: &[&str],
    open: usize,
    right: &str,
    picture: &mut Picture,
) {
    let theme = shared.theme;
    let [titles_row, line_row] = Layout::vertical([Constraint::Length(1); 2]).areas(area);
    let (thin, thick) = if theme.ascii {
        ("-", "=")
    } else {
        ("─", "━")
    };
    let line = thin.repeat(usize::from(area.width.saturating_sub(2)));
    frame.render_widget(Span::styled(line, theme.faint), inset(line_row));
    let mut x = area.x + 1;
    for (index, title) in titles.iter().enumerate() {
        let text = format!("{} {title}", index + 1);
        let width = u16::try_from(text.width()).unwrap_or(0);
        let cell = Rect {
            x,
            width,
            ..titles_row
        }
        .intersection(titles_row);
        let style = if index == open {
            theme.strong
        } else {
            theme.dim
        };
        frame.render_widget(Span::styled(text, style), cell);
        if index == open {
            let under = Rect {
                y: line_row.y,
                ..cell
            };
            frame.render_widget(
                Span::styled(thick.repeat(usize::from(cell.width)), theme.mark),
                under,
            );
        }
        picture.hits.push((cell, Hit::Tab(index)));
        x += width + 3;
    }
    let right = Line::from(Span::styled(format!("{right} "), theme.dim)).right_aligned();
    frame.render_widget(
        Paragraph::new(right),
        titles_row.intersection(Rect { x, ..titles_row }),
    );
}

fn inset(area: Rect) -> Rect {
    Rect {
        x: area.x + 1,
        width: area.width.saturating_sub(2),
        ..area
    }
}

/// The lines that stand on every screen as long as they hold: why nothing can be launched, and a launch whose outcome
/// nobody knows.
pub fn standing(
    shared: &Shared<'_>,
    unsettled: &[&LaunchRecord],
    width: usize,
) -> Vec<Line<'static>> {
    let trouble = shared.data.trouble.as_ref();
    let mut lines = trouble.map_or_else(Vec::new, |trouble| {
        trouble_lines(trouble, width, shared.theme)
    });
    if let Some(first) = unsettled.last() {
        let key = shared.key_of(&[Context::Everywhere], Action::Settle);
        lines.push(standing_line(first, unsettled.len(), &key, width, shared));
    }
    lines
}

/// What keeps launches off the record, and the way out: in one line where there is room, else in two.
fn trouble_lines(trouble: &RecordTrouble, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    const BEGINNINGS: [&str; 2] = ["Nothing can be launched: ", "No launches: "];
    let mark = format!(" {} ", theme.mark_of(Mark::Error));
    let ways = [
        format!(".  {}", trouble.way_out),
        format!("   {}", trouble.way_out),
    ];
    let styled = |beginning: &str, what: &str, behind: &str| {
        Line::from(vec![
            Span::styled(format!("{mark}{beginning}"), theme.danger),
            Span::styled(what.to_owned(), theme.text),
            Span::styled(behind.to_owned(), theme.focus),
        ])
    };
    let fitting = BEGINNINGS.iter().find(|beginning| {
        mark.width() + beginning.width() + trouble.what.width() + ways[0].width() < width
    });
    if let Some(beginning) = fitting {
        return vec![styled(beginning, &trouble.what, &ways[0])];
    }
    let room = width.saturating_sub(mark.width() + BEGINNINGS[1].width() + 1);
    vec![
        styled(BEGINNINGS[1], &cut(&trouble.what, room), ""),
        Line::from(Span::styled(
            cut(&ways[1], width.saturating_sub(1)),
            theme.focus,
        )),
    ]
}

/// What is unknown, and the key that settles it: that stays in sight, whatever the name of the broadcast.
fn standing_line(
    first: &LaunchRecord,
    count: usize,
    key: &str,
    width: usize,
    shared: &Shared<'_>,
) -> Line<'static> {
    let theme = shared.theme;
    let launches = counted(count as u64, "launch").replace("launchs", "launches");
    let mark = theme.mark_of(Mark::Unknown);
    let (what, blocks) = if width >= 100 {
        let what = format!(" {mark} {launches} with unknown outcome: ");
        (what, "It blocks that broadcast.  ")
    } else {
        (format!(" {mark} {launches} unknown: "), " ")
    };
    let when = format!(", {}. ", clock(first.started_at, shared.now));
    let settle = " settle it";
    let used = [&what, &when, blocks, key, settle]
        .map(UnicodeWidthStr::width)
        .iter()
        .sum();
    let name = cut(
        &shown(&first.broadcast.name),
        width.saturating_sub(used).max(1),
    );
    Line::from(vec![
        Span::styled(what, theme.warning),
        Span::styled(format!("{name}{when}"), theme.text),
        Span::styled(blocks, theme.dim),
        Span::styled(key.to_owned(), theme.focus),
        Span::styled(settle, theme.dim),
    ])
}

/// Draws a notice.
pub fn notice(frame: &mut Frame<'_>, area: Rect, theme: &Theme, notice: &Notice) {
    let (mark, style) = match notice.tone {
        Tone::Ok => (Mark::Ok, theme.ok),
        Tone::Warning => (Mark::Warning, theme.warning),
        Tone::Error => (Mark::Error, theme.danger),
    };
    let [mark_area, text_area] =
        Layout::horizontal([Constraint::Length(3), Constraint::Min(1)]).areas(area);
    frame.render_widget(
        Span::styled(format!(" {}", theme.mark_of(mark)), style),
        mark_area,
    );
    let text = Paragraph::new(Span::styled(shown(&notice.text), style)).wrap(Wrap { trim: true });
    frame.render_widget(text, text_area);
}

/// Draws the keys that work in the contexts, the nearest first, as many as fit; what is not offered now is left out.
/// A label says what the key does now.
pub fn footer(
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared<'_>,
    contexts: &[Context],
    is_offered: impl Fn(Action) -> bool,
    label: impl Fn(Action) -> &'static str,
) {
    let theme = shared.theme;
    let mut entries: Vec<Entry> = Vec::new();
    for context in contexts {
        for binding in shared
            .keymap
            .in_context(*context)
            .filter(|binding| binding.in_footer && is_offered(binding.action))
        {
            let Some(key) = binding.keys.first().map(|key| name_of(*key)) else {
                continue;
            };
            if entries.iter().all(|known| known.key != key) {
                entries.push(Entry {
                    weight: Weight::of(&key, binding.action),
                    label: label(binding.action),
                    key,
                });
            }
        }
    }
    let width = usize::from(area.width);
    frame.render_widget(Paragraph::new(keys_line(&entries, width, theme)), area);
}

/// A key of the footer, and what it does.
struct Entry {
    key: String,
    label: &'static str,
    weight: Weight,
}

/// Which keys stay where there is no room for all: the way out and the help first, then what is done here, the first
/// before the last; how the program is left goes first of all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    Always,
    Here,
    Quit,
}

impl Weight {
    fn of(key: &str, action: Action) -> Self {
        match action {
            Action::Quit => Self::Quit,
            Action::Help => Self::Always,
            _ if key == "Esc" => Self::Always,
            _ => Self::Here,
        }
    }
}

/// As many keys as fit, by their weight, in the order in which they are given; how the program is left only where all
/// others fit.
fn keys_line(entries: &[Entry], width: usize, theme: &Theme) -> Line<'static> {
    let cost = |entry: &Entry| entry.key.width() + entry.label.width() + 4;
    let mut by_weight: Vec<usize> = (0..entries.len()).collect();
    by_weight.sort_by_key(|place| entries[*place].weight);
    // The blanks behind the last one may fall off the edge.
    let mut room = width + 2;
    let mut fits = vec![false; entries.len()];
    let mut fitting = 0;
    for (earlier, place) in by_weight.into_iter().enumerate() {
        let is_last = entries[place].weight == Weight::Quit;
        if cost(&entries[place]) <= room && (!is_last || fitting == earlier) {
            room -= cost(&entries[place]);
            fits[place] = true;
            fitting += 1;
        }
    }
    let mut spans = vec![Span::raw(" ")];
    for (entry, _) in entries.iter().zip(fits).filter(|(_, fits)| *fits) {
        spans.push(Span::styled(entry.key.clone(), theme.focus));
        spans.push(Span::styled(format!(" {}   ", entry.label), theme.dim));
    }
    Line::from(spans)
}
