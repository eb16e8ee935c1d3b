//! The lines that stand on every screen until what they tell is mended or settled.

use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use crate::domain::launch::LaunchRecord;
use crate::domain::standing::RecordTrouble;
use crate::domain::text::{counted, shown};
use crate::model::{Action, Context};
use crate::ui::shared::Shared;
use crate::ui::theme::{Mark, Theme};
use crate::ui::widgets::relative::clock;
use crate::ui::widgets::table::cut;

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
