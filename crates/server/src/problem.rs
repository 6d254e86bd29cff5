//! Problems: what is answered in place of what was asked for (RFC 9457), one kind for each
//! thing that a caller can act on.
//!
//! A problem travels in the extensions of its response; the outermost layer writes its body,
//! for only that one knows the request's id.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use veriscope_base::ErrorClass;

/// The content type of a problem.
pub(crate) const CONTENT_TYPE: &str = "application/problem+json";

/// What went wrong, as the caller sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A filter names no column that is held, or a value that its column cannot hold.
    BadFilter,
    /// A parameter other than a filter is malformed.
    BadParameter,
    /// A selection that leaves nothing to compare.
    BadSelection,
    /// The address leads nowhere.
    NotFound,
    /// Another method than GET or HEAD.
    MethodNotAllowed,
    /// A request with a body that is too large.
    TooLarge,
    /// An address that is too long.
    TooLong,
    /// The name of the host is none of this server's.
    WrongHost,
    /// The request comes from a page of another site.
    ForeignOrigin,
    /// More is being asked than can be answered at once.
    Busy,
    /// The answer took too long.
    Timeout,
    /// The snapshot is being read.
    Loading,
    /// The lake is not there any more.
    LakeGone,
    /// The snapshot can't be read.
    Unreadable,
    /// A failure of a class that commands have too.
    Class(ErrorClass),
}

impl Kind {
    /// Every kind that is only of HTTP, in the order of their pages.
    pub const OF_HTTP: [Self; 14] = [
        Self::BadFilter,
        Self::BadParameter,
        Self::BadSelection,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::TooLarge,
        Self::TooLong,
        Self::WrongHost,
        Self::ForeignOrigin,
        Self::Busy,
        Self::Timeout,
        Self::Loading,
        Self::LakeGone,
        Self::Unreadable,
    ];

    /// Returns every kind that has a page.
    pub fn all() -> impl Iterator<Item = Self> {
        let classes = ErrorClass::BY_PRECEDENCE.map(Self::Class);
        Self::OF_HTTP.into_iter().chain(classes)
    }

    /// Returns HTTP status, slug, and title.
    #[must_use]
    pub const fn contract(self) -> (u16, &'static str, &'static str) {
        match self {
            Self::BadFilter => (400, "bad-filter", "a filter can't be applied"),
            Self::BadParameter => (400, "bad-parameter", "a parameter can't be read"),
            Self::BadSelection => (400, "bad-selection", "the selection can't be compared"),
            Self::NotFound => (404, "not-found", "there is no such thing"),
            Self::MethodNotAllowed => (405, "method-not-allowed", "only reading is possible"),
            Self::TooLarge => (413, "too-large", "the request has a body"),
            Self::TooLong => (414, "too-long", "the address is too long"),
            Self::WrongHost => (421, "wrong-host", "this is another host"),
            Self::ForeignOrigin => (403, "foreign-origin", "another site asks"),
            Self::Busy => (503, "busy", "too much is asked at once"),
            Self::Timeout => (503, "timeout", "the answer took too long"),
            Self::Loading => (503, "loading", "the snapshot is being read"),
            Self::LakeGone => (503, "lake-gone", "the lake is gone"),
            Self::Unreadable => (503, "unreadable", "the snapshot can't be read"),
            Self::Class(class) => {
                let (_, status, slug) = class.contract();
                (status, slug, class_title(class))
            }
        }
    }

    /// Returns what it means and what to do, for its page.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::BadFilter => {
                "A parameter of the address is taken for a filter: the name of a column and a \
                 value. Either there is no such column to filter by, or the column holds another \
                 kind of value. `/api/v1/meta` lists the columns."
            }
            Self::BadParameter => {
                "A parameter such as `limit`, `after` or `faster` has a form that it can't have. \
                 `/api/v1/openapi.json` says which forms there are."
            }
            Self::BadSelection => {
                "`why` compares the transactions that `select.` parameters choose with the rest. \
                 Here they choose none, or all, so that there is nothing to compare."
            }
            Self::NotFound => {
                "Nothing lies at this address, or the snapshot has no such transaction."
            }
            Self::MethodNotAllowed => {
                "Nothing can be changed through this server: it answers GET and HEAD alone."
            }
            Self::TooLarge => "Requests need no body, and larger ones are not read.",
            Self::TooLong => "An address may have 8,192 characters. Choose fewer values.",
            Self::WrongHost => {
                "The request names a host that is not this machine under one of its own names. \
                 A page elsewhere could otherwise reach this server under a name of its making \
                 (DNS rebinding). Open the address that `veriscope serve` printed."
            }
            Self::ForeignOrigin => {
                "A page of another site asked for data. Open the dashboard itself."
            }
            Self::Busy => "Ask again in a moment; the answers that are under way come first.",
            Self::Timeout => {
                "The answer was not there within the time limit. Choose fewer transactions, or \
                 ask again: what was begun may have been finished since."
            }
            Self::Loading => {
                "The server reads the newest snapshot into memory. Ask again in a second."
            }
            Self::LakeGone => {
                "The folder of the lake was moved or removed while the server ran. The server \
                 goes on as soon as a lake lies there again; `veriscope run SOURCE...` makes one."
            }
            Self::Unreadable => {
                "The newest snapshot could not be read; the server tries again by itself. The \
                 terminal of `veriscope serve` says why."
            }
            Self::Class(_) => {
                "A failure that commands have too; the page on errors says what to do."
            }
        }
    }

    /// Returns after how many seconds asking again makes sense.
    const fn retry_after_s(self) -> Option<u64> {
        match self {
            Self::Busy | Self::Loading => Some(1),
            Self::Timeout | Self::LakeGone | Self::Unreadable => Some(5),
            _ => None,
        }
    }

    /// Returns the path of its page, which is its type.
    #[must_use]
    pub fn path(self) -> String {
        format!("/problems/{}", self.contract().1)
    }
}

const fn class_title(class: ErrorClass) -> &'static str {
    match class {
        ErrorClass::Defect => "a defect of the program",
        ErrorClass::Usage => "the request does not say what is wanted",
        ErrorClass::Configuration => "the configuration is wrong",
        ErrorClass::Source => "a source can't be read",
        ErrorClass::Target => "the lake can't be read",
        ErrorClass::Quarantined => "documents are in quarantine",
        ErrorClass::CheckFailed => "a check failed",
        ErrorClass::Interrupted => "it was interrupted",
    }
}

/// A problem on its way to the caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What kind.
    pub kind: Kind,
    /// What happened here; no value of a document, and none that the caller gave.
    pub detail: String,
    /// What the log is told beside it.
    pub cause: Option<String>,
}

impl Problem {
    /// Makes a problem.
    pub fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            detail: detail.into(),
            cause: None,
        }
    }

    /// Makes a defect, whose cause only the log is told.
    pub fn defect(cause: impl Into<String>) -> Self {
        Self {
            kind: Kind::Class(ErrorClass::Defect),
            detail: "the program broke one of its own rules; the terminal of `veriscope serve` \
                     says more"
                .to_owned(),
            cause: Some(cause.into()),
        }
    }

    /// Returns its status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.kind.contract().0).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// Returns its body.
    pub(crate) fn body(&self, request: &str) -> Vec<u8> {
        let (status, _, title) = self.kind.contract();
        let body = Body {
            problem: self.kind.path(),
            title: title.to_owned(),
            status,
            detail: self.detail.clone(),
            instance: format!("urn:uuid:{request}"),
        };
        serde_json::to_vec(&body).unwrap_or_default()
    }

    /// Puts the headers of a problem among others.
    pub(crate) fn write_headers(&self, headers: &mut HeaderMap) {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(CONTENT_TYPE));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if self.kind == Kind::MethodNotAllowed {
            headers.insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        }
        if let Some(seconds) = self.kind.retry_after_s() {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        self.write_headers(response.headers_mut());
        response.extensions_mut().insert(self);
        response
    }
}

/// A problem as it is sent.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct Body {
    /// The address of its page on this server: `/problems/bad-filter`.
    #[serde(rename = "type")]
    problem: String,
    /// What kind of problem it is.
    title: String,
    /// The status, again.
    status: u16,
    /// What happened here, and what to do.
    detail: String,
    /// The request, as the header `x-request-id` names it.
    instance: String,
}
