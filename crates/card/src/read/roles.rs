//! The roles: which feature plays which part.

use serde_saphyr::Spanned;

use super::card::Lookup;
use super::names::quoted;
use crate::error::{Position, Problems};
use crate::raw::{Name, RawRoles};
use crate::{Roles, ValueType};

/// Reads the roles. Each names a published feature, because published tables rest on them.
pub(super) fn read(raw: &Spanned<RawRoles>, lookup: &Lookup, problems: &mut Problems) -> Roles {
    let whole = Position::of(raw);
    let raw = &raw.value;
    let reader = &mut Reader { lookup, problems };
    let text = &[ValueType::String][..];
    let int = &[ValueType::Int][..];
    Roles {
        transaction: reader.required(raw.transaction.as_ref(), "transaction", whole, text),
        date: reader.required(raw.date.as_ref(), "date", whole, &[ValueType::Datetime]),
        process: reader.optional(raw.process.as_ref(), "process", text),
        client: reader.optional(raw.client.as_ref(), "client", text),
        user: reader.optional(raw.user.as_ref(), "user", text),
        person: reader.optional(raw.person.as_ref(), "person", text),
        release: reader.optional(raw.release.as_ref(), "release", text),
        total_time: reader.optional(raw.total_time.as_ref(), "total_time", int),
        code: reader.optional(raw.code.as_ref(), "code", int),
        status: reader.optional(raw.status.as_ref(), "status", text),
    }
}

/// Reads which statuses mean acceptance; they need a role to stand in.
pub(super) fn accepted_status(raw: &[Name], roles: &Roles, problems: &mut Problems) -> Vec<String> {
    if let (Some(first), None) = (raw.first(), &roles.status) {
        let message = "`accepted_status` needs the role `status`".to_owned();
        problems.add(Position::of(first), message);
    }
    raw.iter().map(|status| status.value.clone()).collect()
}

struct Reader<'a> {
    lookup: &'a Lookup,
    problems: &'a mut Problems,
}

impl Reader<'_> {
    fn required(
        &mut self,
        name: Option<&Name>,
        role: &str,
        whole: Position,
        types: &[ValueType],
    ) -> String {
        if name.is_none() {
            self.problems
                .add(whole, format!("the role `{role}` is missing"));
        }
        self.optional(name, role, types).unwrap_or_default()
    }

    fn optional(&mut self, name: Option<&Name>, role: &str, types: &[ValueType]) -> Option<String> {
        let name = name?;
        let at = Position::of(name);
        let written = quoted(&name.value);
        match self.lookup.any(&name.value) {
            None => self
                .problems
                .add(at, format!("role `{role}` names no feature: {written}")),
            Some(found) if !found.published => self.problems.add(
                at,
                format!(
                    "role `{role}` names the context feature {written}; it takes a published one"
                ),
            ),
            Some(found) if !types.contains(&found.feature.value_type) => {
                let wanted: Vec<&str> = types.iter().map(|wanted| wanted.name()).collect();
                self.problems.add(
                    at,
                    format!(
                        "role `{role}` takes a feature of type {}; {written} is of type {}",
                        wanted.join(" or "),
                        found.feature.value_type.name()
                    ),
                );
            }
            Some(_) => {}
        }
        Some(name.value.clone())
    }
}
