//! Problems between a plan and the broadcast's state. What nobody recorded is not assumed: nothing is refused for it.

use super::{Code, Problem};
use crate::domain::plan::{FormKind, Method, Plan};
use crate::domain::record::Broadcast;
use crate::domain::settings::Setting;
use crate::domain::text::shown;

/// From where a launch is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surface {
    /// A person at the screen or at the command line: this console is the page whose button the setting hides.
    Console,
    /// The command line with `--as-integration`: the caller is no person at a button.
    Integration,
}

/// Finds what the broadcast's state and recorded settings say against a plan.
pub fn state_problems(plan: &Plan, broadcast: &Broadcast, surface: Surface) -> Vec<Problem> {
    let mut problems = Vec::new();
    let settings = &broadcast.settings;
    let name = shown(&broadcast.name);
    if let Some(error) = &broadcast.hook_error {
        let message = format!(
            "The launch hook of {name} can't be used: {}. Correct it on the platform.",
            shown(error)
        );
        problems.push(Problem::new(Code::NotOnDemand, "/broadcast", message));
    } else if broadcast.hook.is_none() {
        let message =
            format!("{name} has no launch hook: it is not an On Demand broadcast. Choose another.");
        problems.push(Problem::new(Code::NotOnDemand, "/broadcast", message));
    }
    if broadcast.enabled == Some(false) {
        let message = format!("{name} is disabled. Enable it first.");
        problems.push(Problem::new(Code::BroadcastDisabled, "/broadcast", message));
    }
    let verb = match plan.method {
        Method::Get => Setting::AllowGet,
        Method::Post => Setting::AllowPost,
    };
    if settings.is_off(verb) {
        let message = format!(
            "{name} doesn't allow {}. Switch it on in its settings, or take the other verb.",
            plan.method
        );
        problems.push(Problem::new(Code::VerbNotAllowed, "/method", message));
    }
    if settings.is_on(Setting::DisableExecutionButton) && surface == Surface::Console {
        let message = format!(
            "The execution button of {name} is switched off, here too. Switch it on in its settings; an integration says --as-integration."
        );
        problems.push(Problem::new(Code::ExecutionDisabled, "/broadcast", message));
    }
    problems.extend(form_problem(plan.form.kind(), broadcast));
    problems
}

fn form_problem(kind: FormKind, broadcast: &Broadcast) -> Option<Problem> {
    let settings = &broadcast.settings;
    let requires_filter = settings.is_on(Setting::RequireValidFilter);
    let (code, message) = match kind {
        FormKind::Raw if requires_filter => (
            Code::FormNotAllowed,
            "This broadcast requires a valid filter, so raw JSON would be refused. Take another form, or change the setting.",
        ),
        FormKind::Conversation if settings.is_off(Setting::LegacyMode) => (
            Code::FormNotAllowed,
            "This broadcast is not in legacy mode, which set_conversation is for. Take the form targets.",
        ),
        FormKind::Raw | FormKind::Audience if settings.is_off(Setting::RequireValidFilter) => (
            Code::FilterNotRequired,
            "This broadcast doesn't require a valid filter: a mistyped name is not refused and may reach its whole audience. Check every name.",
        ),
        _ => return None,
    };
    Some(Problem::new(code, "/form", message))
}
