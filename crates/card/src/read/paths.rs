//! Checks that no two features read one place, and none reads inside another's value.

use super::features::Placed;
use super::names::quoted;
use crate::PathKey;
use crate::error::Problems;

/// Checks all paths against each other.
pub(super) fn check(published: &[Placed], context: &[Placed], problems: &mut Problems) {
    let mut by_path: Vec<&Placed> = published
        .iter()
        .chain(context)
        .filter(|placed| !placed.feature.path.is_empty())
        .collect();
    // In this order whatever clashes stands side by side: a path comes right before those
    // that go on from it, and of one node the keys come before the indices. A raw feature
    // comes before those derived from it.
    by_path.sort_by(|a, b| {
        (&a.feature.path, a.feature.derived.is_some(), a.at.path).cmp(&(
            &b.feature.path,
            b.feature.derived.is_some(),
            b.at.path,
        ))
    });
    for pair in by_path.windows(2) {
        let [first, second] = pair else { continue };
        let Some(clash) = clash(first, second) else {
            continue;
        };
        // Blame the one that is written later.
        let (earlier, later) = if first.at.path <= second.at.path {
            (first, second)
        } else {
            (second, first)
        };
        problems.add(
            later.at.path,
            format!(
                "the path of feature {} {clash} that of feature {} on line {}",
                quoted(&later.feature.name),
                quoted(&earlier.feature.name),
                earlier.at.path.line
            ),
        );
    }
}

fn clash(first: &Placed, second: &Placed) -> Option<&'static str> {
    let (one, other) = (&first.feature.path, &second.feature.path);
    if one == other {
        // A derived feature reads the raw value of another.
        return second.feature.derived.is_none().then_some("is the same as");
    }
    let differs = one.iter().zip(other).find(|(a, b)| a != b);
    match differs {
        None => Some("cannot hold together with"),
        Some((PathKey::Key(_), PathKey::Index(_)) | (PathKey::Index(_), PathKey::Key(_))) => {
            Some("takes for an array what is an object in, or the reverse of,")
        }
        Some((PathKey::Key(_), PathKey::Key(_)) | (PathKey::Index(_), PathKey::Index(_))) => None,
    }
}
