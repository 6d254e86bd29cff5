//! Which collection: `mongodb://hosts/db.collection?options`, credentials apart.

use std::fmt;

use mongodb::options::ConnectionString;

use crate::error::{ArgumentProblem, MongoError};
use crate::uri::{decode, encode};

/// Options of a connection string that are secrets, or may hold one.
const SECRET_OPTIONS: [&str; 3] = [
    "tlscertificatekeyfilepassword",
    "proxypassword",
    "authmechanismproperties",
];

/// What authenticates us: of the environment or the configuration, never of an argument.
/// Shows nothing of itself.
#[derive(Clone, Default)]
pub struct Credentials {
    /// A whole connection string, whose hosts serve arguments that name none.
    pub uri: Option<String>,
    /// User.
    pub user: Option<String>,
    /// Password.
    pub password: Option<String>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(not shown)")
    }
}

/// A collection, and how to reach it.
#[derive(Clone)]
pub struct MongoSource {
    /// Connection string without a path; holds the credentials.
    uri: String,
    place: String,
    database: String,
    collection: String,
}

impl fmt::Debug for MongoSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MongoSource({})", self.place)
    }
}

/// A connection string, cut.
struct Parts<'a> {
    scheme: &'a str,
    user_info: Option<&'a str>,
    hosts: &'a str,
    path: &'a str,
    query: &'a str,
}

impl MongoSource {
    /// Returns whether an argument means a collection rather than a file.
    #[must_use]
    pub fn is_meant(argument: &str) -> bool {
        argument.starts_with("mongodb://") || argument.starts_with("mongodb+srv://")
    }

    /// Reads `mongodb://hosts/db.collection?options` (or `mongodb+srv://`): the database ends
    /// at the first dot, so that collections may hold some. Without hosts
    /// (`mongodb:///db.collection`) those of [`Credentials::uri`] hold, with its credentials
    /// and options. A user may stand in the argument, a password may not.
    ///
    /// # Errors
    /// [`MongoError::Argument`], [`MongoError::Settings`].
    pub fn parse(argument: &str, credentials: &Credentials) -> Result<Self, MongoError> {
        let parts = cut(argument).ok_or(ArgumentProblem::Scheme)?;
        refuse_secrets(argument, &parts)?;
        let (database, collection) = namespace(parts.path).ok_or(ArgumentProblem::Namespace)?;
        if parts.hosts.is_empty() {
            return Self::at_settings(&parts, credentials, database, collection);
        }
        let bare = connection_string(parts.scheme, "", parts.hosts, &[parts.query]);
        // It holds no secret, so that the driver's own words may be shown.
        ConnectionString::parse(&bare).map_err(|error| ArgumentProblem::Uri(words(&error)))?;
        let user = match parts.user_info {
            Some(user) => Some(decode(user).ok_or(ArgumentProblem::Secret)?),
            None => credentials.user.clone(),
        };
        let user_info = user_info(user.as_deref(), credentials.password.as_deref(), &parts)?;
        Ok(Self {
            uri: connection_string(parts.scheme, &user_info, parts.hosts, &[parts.query]),
            place: place(parts.scheme, parts.hosts, &database, &collection),
            database,
            collection,
        })
    }

    /// The hosts come from the settings.
    fn at_settings(
        parts: &Parts<'_>,
        credentials: &Credentials,
        database: String,
        collection: String,
    ) -> Result<Self, MongoError> {
        let uri = credentials.uri.as_deref().ok_or(ArgumentProblem::NoHost)?;
        let malformed = MongoError::Settings {
            problem: "VERISCOPE_MONGODB__URI (or `uri` under `mongodb:`) is no connection string",
        };
        let base = cut(uri).ok_or_else(|| malformed.clone())?;
        if base.hosts.is_empty() {
            return Err(malformed);
        }
        let user_info = match base.user_info {
            Some(user_info) => format!("{user_info}@"),
            None => user_info(
                credentials.user.as_deref(),
                credentials.password.as_deref(),
                &base,
            )?,
        };
        // Where no authSource is named, the path of the URI says against which database.
        let implied = match base.path.split_once('.').map_or(base.path, |(db, _)| db) {
            "" => String::new(),
            _ if has_option(base.query, "authsource") => String::new(),
            database => format!("authSource={database}"),
        };
        let queries = [base.query, &implied, parts.query];
        let whole = connection_string(base.scheme, &user_info, base.hosts, &queries);
        // The driver's words may repeat a part of it: not shown.
        ConnectionString::parse(&whole).map_err(|_| malformed)?;
        Ok(Self {
            uri: whole,
            place: place(base.scheme, base.hosts, &database, &collection),
            database,
            collection,
        })
    }

    /// Returns the database and the collection, as people know them: `db.collection`.
    #[must_use]
    pub fn label(&self) -> String {
        format!("{}.{}", self.database, self.collection)
    }

    /// Returns hosts and collection without credentials or options: what the ledger knows the
    /// source by, and what messages say.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }

    pub(crate) fn uri(&self) -> &str {
        &self.uri
    }

    pub(crate) fn database(&self) -> &str {
        &self.database
    }

    pub(crate) fn collection(&self) -> &str {
        &self.collection
    }
}

fn cut(text: &str) -> Option<Parts<'_>> {
    let (scheme, rest) = text.split_once("://")?;
    if !["mongodb", "mongodb+srv"].contains(&scheme) {
        return None;
    }
    let (before, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, path) = before.split_once('/').unwrap_or((before, ""));
    let (user_info, hosts) = match authority.rsplit_once('@') {
        Some((user_info, hosts)) => (Some(user_info), hosts),
        None => (None, authority),
    };
    Some(Parts {
        scheme,
        user_info,
        hosts,
        path,
        query,
    })
}

fn refuse_secrets(argument: &str, parts: &Parts<'_>) -> Result<(), ArgumentProblem> {
    let has_password = parts.user_info.is_some_and(|info| info.contains(':'));
    // A password with a slash or a question mark in it pushes the `@` out of its place.
    let has_stray_at = argument.matches('@').count() > usize::from(parts.user_info.is_some());
    let has_secret_option = SECRET_OPTIONS
        .iter()
        .any(|option| has_option(parts.query, option));
    if has_password || has_stray_at || has_secret_option {
        return Err(ArgumentProblem::Secret);
    }
    Ok(())
}

fn has_option(query: &str, option: &str) -> bool {
    query
        .split('&')
        .filter_map(|pair| pair.split('=').next())
        .any(|name| name.eq_ignore_ascii_case(option))
}

fn namespace(path: &str) -> Option<(String, String)> {
    let decoded = decode(path)?;
    let (database, collection) = decoded.split_once('.')?;
    let is_usable = |name: &str| !name.is_empty() && !name.contains('\0');
    let is_database = is_usable(database) && !database.contains(['/', '\\', ' ', '"', '$']);
    (is_database && is_usable(collection)).then(|| (database.to_owned(), collection.to_owned()))
}

/// Returns `user:password@`, or nothing where there is no user.
fn user_info(
    user: Option<&str>,
    password: Option<&str>,
    parts: &Parts<'_>,
) -> Result<String, MongoError> {
    let settings = |problem| Err(MongoError::Settings { problem });
    match (user, password) {
        (Some(user), Some(password)) => Ok(format!("{}:{}@", encode(user), encode(password))),
        // Certificates and tokens authenticate without a password.
        (Some(user), None) if has_option(parts.query, "authmechanism") => {
            Ok(format!("{}@", encode(user)))
        }
        (Some(_), None) => settings(
            "there is a user, but no password: set VERISCOPE_MONGODB__PASSWORD, or `password` \
             under `mongodb:`",
        ),
        (None, Some(_)) => settings(
            "there is a password, but no user: set VERISCOPE_MONGODB__USER, or `user` under \
             `mongodb:`",
        ),
        (None, None) => Ok(String::new()),
    }
}

fn connection_string(scheme: &str, user_info: &str, hosts: &str, queries: &[&str]) -> String {
    let queries: Vec<&str> = queries
        .iter()
        .map(|query| query.trim_matches('&'))
        .filter(|query| !query.is_empty())
        .collect();
    let query = match queries.is_empty() {
        true => String::new(),
        false => format!("?{}", queries.join("&")),
    };
    format!("{scheme}://{user_info}{hosts}/{query}")
}

fn place(scheme: &str, hosts: &str, database: &str, collection: &str) -> String {
    format!(
        "{scheme}://{}/{database}.{collection}",
        hosts.to_ascii_lowercase()
    )
}

/// The driver's words for a malformed URI that holds no secret.
fn words(error: &mongodb::error::Error) -> String {
    match &*error.kind {
        mongodb::error::ErrorKind::InvalidArgument { message, .. } => message.clone(),
        _ => "it is malformed".to_owned(),
    }
}

#[cfg(test)]
mod tests;
