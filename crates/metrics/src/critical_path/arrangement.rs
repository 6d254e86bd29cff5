//! How the members of a group may be ordered among themselves.

use serde::Serialize;

/// An order of the members of one group.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Arrangement {
    /// One after the other.
    Series,
    /// All at once.
    Parallel,
    /// Blocks (of member numbers) at once, the members of each block one after the other.
    ParallelBlocks(Vec<Vec<usize>>),
    /// Blocks (of member numbers) one after the other, the members of each block at once.
    SeriesBlocks(Vec<Vec<usize>>),
}

impl Arrangement {
    /// Returns every arrangement of so many members in at most two levels: all in series,
    /// all in parallel, and each way to make blocks of them, both ways round. For more than
    /// four members only the first two (five have 102, too many to tell apart).
    #[must_use]
    pub fn all(members: usize) -> Vec<Self> {
        let mut all = vec![Self::Parallel, Self::Series];
        if !(3..=4).contains(&members) {
            return all;
        }
        for blocks in partitions(members) {
            if (2..members).contains(&blocks.len()) {
                all.push(Self::ParallelBlocks(blocks.clone()));
                all.push(Self::SeriesBlocks(blocks));
            }
        }
        all
    }

    /// Returns it in a formula of member names: `+` one after the other, `|` at once.
    #[must_use]
    pub fn formula(&self, members: &[String]) -> String {
        let name = |member: &usize| members.get(*member).map_or("?", String::as_str).to_owned();
        let join = |block: &Vec<usize>, sign: &str| {
            let names: Vec<String> = block.iter().map(name).collect();
            if names.len() > 1 {
                format!("({})", names.join(sign))
            } else {
                names.concat()
            }
        };
        let blocks = |blocks: &[Vec<usize>], inner: &str, outer: &str| {
            let parts: Vec<String> = blocks.iter().map(|block| join(block, inner)).collect();
            parts.join(outer)
        };
        match self {
            Self::Series => members.join(" + "),
            Self::Parallel => members.join(" | "),
            Self::ParallelBlocks(parts) => blocks(parts, " + ", " | "),
            Self::SeriesBlocks(parts) => blocks(parts, " | ", " + "),
        }
    }
}

/// Returns every way to part `0..members` into blocks.
#[must_use]
pub fn partitions(members: usize) -> Vec<Vec<Vec<usize>>> {
    let mut all: Vec<Vec<Vec<usize>>> = vec![Vec::new()];
    for member in 0..members {
        let mut next = Vec::new();
        for blocks in &all {
            for place in 0..=blocks.len() {
                let mut grown = blocks.clone();
                match grown.get_mut(place) {
                    Some(block) => block.push(member),
                    None => grown.push(vec![member]),
                }
                next.push(grown);
            }
        }
        all = next;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::{Arrangement, partitions};

    #[test]
    fn partitions_are_counted_by_the_bell_numbers() {
        let counts: Vec<usize> = (0..=5).map(|members| partitions(members).len()).collect();
        assert_eq!(counts, [1, 1, 2, 5, 15, 52]);
    }

    #[test]
    fn four_members_have_28_arrangements_and_a_formula_each() {
        let members: Vec<String> = ["a", "b", "c", "d"].map(str::to_owned).into();
        let formulas: Vec<String> = Arrangement::all(4)
            .iter()
            .map(|one| one.formula(&members))
            .collect();
        assert_eq!(formulas.len(), 28);
        assert!(formulas.contains(&"a + b + c + d".to_owned()));
        assert!(formulas.contains(&"(a + b) | (c + d)".to_owned()));
        assert!(formulas.contains(&"(a | b | c) + d".to_owned()));
        assert_eq!(Arrangement::all(3).len(), 8);
        assert_eq!(Arrangement::all(9).len(), 2);
    }
}
