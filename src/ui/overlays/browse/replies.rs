//! What comes back: the contacts, a list in order, a contact that was looked for, a file.

use std::sync::Arc;

use super::{Browse, FROZEN, Waiting};
use crate::audience::Scene;
use crate::model::browse::{Arranged, BrowseReply};
use crate::model::effect::RequestId;
use crate::ui::app::Requests;
use crate::ui::shared::{Shared, Step};

impl Browse {
    /// Takes an answer; an overtaken one is dropped.
    pub(super) fn replied(
        &mut self,
        id: RequestId,
        reply: &BrowseReply,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        match reply {
            BrowseReply::Opened(result) if id == self.request => match result {
                Ok((scene, columns)) => self.opened(scene, columns.clone(), shared, requests),
                Err(notice) => {
                    self.is_over = true;
                    vec![Step::Say(notice.clone())]
                }
            },
            BrowseReply::Arranged(arranged) if id == self.request => {
                self.arranged(arranged.clone());
                Vec::new()
            }
            BrowseReply::Found(finding) if id == self.finding.0 => self.found(*finding, requests),
            BrowseReply::Exporting(done) => {
                self.went_on(id, *done);
                Vec::new()
            }
            BrowseReply::Exported(result) => self.written(id, result),
            _ => Vec::new(),
        }
    }

    fn opened(
        &mut self,
        scene: &Arc<Scene>,
        remembered: Option<Vec<String>>,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        let kind = self.shown().map(|group| group.kind);
        let group = kind.and_then(|kind| scene.group_of(kind)).unwrap_or(0);
        if self.columns.is_empty() {
            self.columns = columns(scene, remembered);
        }
        self.scene = Some(Arc::clone(scene));
        self.group = group;
        self.rows = Arc::default();
        self.arrange(group, self.sort.clone(), None, shared, requests)
    }

    fn arranged(&mut self, arranged: Arranged) {
        let is_other = arranged.group != self.group || arranged.sort != self.sort;
        self.asked = None;
        self.group = arranged.group;
        self.sort = arranged.sort;
        self.rows = arranged.rows;
        let is_new_text = self.search.of != arranged.text;
        self.search.hits = arranged.hits;
        self.search.of = arranged.text;
        self.waiting = Waiting::default();
        match arranged.at {
            Some(at) => self.go_to(at),
            None if is_other => self.go_to(0),
            None => self.go_to(self.cursor),
        }
        let here = u32::try_from(self.cursor).unwrap_or(u32::MAX);
        let hits = &self.search.hits;
        if is_new_text && !hits.is_empty() && hits.binary_search(&here).is_err() {
            self.go_to_hit(true);
        }
    }
}

/// The columns that were remembered, as far as somebody has them; else all, in the scene's order. The frozen one is
/// first.
fn columns(scene: &Scene, remembered: Option<Vec<String>>) -> Vec<String> {
    let mut names = match remembered {
        Some(names) => {
            let is_known = |name: &String| scene.field(name).is_some();
            names.into_iter().filter(is_known).collect()
        }
        None => scene.names(),
    };
    names.retain(|name| name != FROZEN);
    names.insert(0, FROZEN.to_owned());
    names
}
