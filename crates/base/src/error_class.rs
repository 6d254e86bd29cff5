//! The closed set of failures, and what each one is to a shell and to HTTP.
#![deny(clippy::wildcard_enum_match_arm)]

/// The kinds of failure a caller can act on. A new variant is an API change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorClass {
    /// A defect of ours.
    Defect,
    /// Wrong use of the command line.
    Usage,
    /// Configuration, card or key is wrong or missing.
    Configuration,
    /// A named source is missing, unreadable or of no known format.
    Source,
    /// A target could not be written; what was published before is untouched.
    Target,
    /// Done, with documents in quarantine.
    Quarantined,
    /// A check failed: leak scan, reconciliation, reject limit.
    CheckFailed,
    /// Interrupted; a later run resumes.
    Interrupted,
}

impl ErrorClass {
    /// Every class, in the order in which one wins over another when several hold;
    /// `Usage` and `Configuration` end a command before any other can arise.
    pub const BY_PRECEDENCE: [Self; 8] = [
        Self::Defect,
        Self::Usage,
        Self::Configuration,
        Self::Interrupted,
        Self::Target,
        Self::Source,
        Self::CheckFailed,
        Self::Quarantined,
    ];

    /// Returns `(exit code, HTTP status, slug)`.
    #[must_use]
    pub const fn contract(self) -> (u8, u16, &'static str) {
        match self {
            Self::Defect => (1, 500, "defect"),
            Self::Usage => (2, 400, "usage"),
            Self::Configuration => (3, 503, "configuration"),
            Self::Source => (4, 503, "source"),
            Self::Target => (5, 503, "target"),
            Self::Quarantined => (6, 200, "quarantined"),
            Self::CheckFailed => (7, 422, "check-failed"),
            Self::Interrupted => (130, 503, "interrupted"),
        }
    }

    /// Returns the exit code of the process.
    #[must_use]
    pub const fn exit_code(self) -> u8 {
        self.contract().0
    }
}

#[cfg(test)]
mod tests {
    use super::ErrorClass;

    #[test]
    fn every_class_has_an_exit_code_of_its_own() {
        let mut codes = ErrorClass::BY_PRECEDENCE.map(ErrorClass::exit_code);
        codes.sort_unstable();
        assert_eq!(codes, [1, 2, 3, 4, 5, 6, 7, 130]);
    }
}
