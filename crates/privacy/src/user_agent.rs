//! A user agent made coarse: family, major version, operating system.
//!
//! A small table of well-known families instead of a crate: those that exist carry megabytes
//! of expressions, or are no longer kept. What is not in the table is `other`. The result
//! is made of the table's words and at most four digits, so nothing of a person gets through.

/// A mark in a user agent, and the family that it tells. The first that is found counts:
/// browsers built on others name those too.
const FAMILIES: &[(&str, &str)] = &[
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("Edg/", "Edge"),
    ("Edge/", "Edge"),
    ("OPR/", "Opera"),
    ("OPT/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("HuaweiBrowser/", "Huawei Browser"),
    ("MiuiBrowser/", "Miui Browser"),
    ("HeyTapBrowser/", "HeyTap Browser"),
    ("VivoBrowser/", "Vivo Browser"),
    ("UCBrowser/", "UC Browser"),
    ("YaBrowser/", "Yandex Browser"),
    ("Vivaldi/", "Vivaldi"),
    ("DuckDuckGo/", "DuckDuckGo"),
    ("FBAV/", "Facebook"),
    ("Instagram ", "Instagram"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("GSA/", "Google app"),
    ("HeadlessChrome/", "Headless Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("MSIE ", "Internet Explorer"),
    ("Trident/", "Internet Explorer"),
    ("okhttp/", "okhttp"),
    ("Dart/", "Dart"),
    ("CFNetwork/", "CFNetwork"),
    ("PostmanRuntime/", "Postman"),
    ("python-requests/", "python-requests"),
    ("aiohttp/", "aiohttp"),
    ("axios/", "axios"),
    ("node-fetch/", "node-fetch"),
    ("Apache-HttpClient/", "Apache HttpClient"),
    ("Go-http-client/", "Go"),
    ("curl/", "curl"),
    ("Java/", "Java"),
];

/// A mark in a user agent, and the operating system that it tells; the first counts.
const SYSTEMS: &[(&str, &str)] = &[
    ("HarmonyOS", "HarmonyOS"),
    ("Windows Phone", "Windows Phone"),
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iOS"),
    ("iPod", "iOS"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "macOS"),
    ("Mac OS X", "macOS"),
    ("Darwin", "Darwin"),
    ("Tizen", "Tizen"),
    ("Linux", "Linux"),
];

/// A longer number is no version.
const MAX_VERSION_DIGITS: usize = 4;

/// Returns `<family> <major version> / <operating system>`: `Chrome 120 / Android`. The
/// version is left out where there is none; blank text stays empty.
pub(crate) fn generalise(user_agent: &str) -> String {
    if user_agent.trim().is_empty() {
        return String::new();
    }
    let (name, version) = family(user_agent);
    let system = SYSTEMS
        .iter()
        .find(|(mark, _)| user_agent.contains(mark))
        .map_or("other", |(_, system)| system);
    match version {
        Some(version) => format!("{name} {version} / {system}"),
        None => format!("{name} / {system}"),
    }
}

fn family(user_agent: &str) -> (&'static str, Option<&str>) {
    for (mark, name) in FAMILIES {
        if let Some((_, rest)) = user_agent.split_once(mark) {
            return (name, major(rest));
        }
    }
    // Safari gives its version apart from its name; inside an app it gives none.
    if user_agent.contains("AppleWebKit/") {
        let after_version = user_agent.split_once("Version/").map(|(_, rest)| rest);
        return match after_version {
            Some(rest) => ("Safari", major(rest)),
            None => ("WebKit", None),
        };
    }
    ("other", None)
}

fn major(rest: &str) -> Option<&str> {
    let end = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    rest.get(..end)
        .filter(|digits| (1..=MAX_VERSION_DIGITS).contains(&digits.len()))
}

#[cfg(test)]
mod tests {
    use super::generalise;

    #[test]
    fn well_known_browsers_keep_family_major_version_and_system() {
        let cases = [
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/120.0.0.0 Mobile Safari/537.36",
                "Chrome 120 / Android",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like \
                 Gecko) Chrome/120.0.0.0 Safari/537.36 Edg/121.0.2277.4",
                "Edge 121 / Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 \
                 (KHTML, like Gecko) Version/17.1 Mobile/15E148 Safari/604.1",
                "Safari 17 / iOS",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0",
                "Firefox 115 / Linux",
            ),
            ("okhttp/4.9.3", "okhttp 4 / other"),
            ("", ""),
        ];
        for (user_agent, expected) in cases {
            assert_eq!(generalise(user_agent), expected);
        }
    }

    #[test]
    fn nothing_of_an_unknown_one_gets_through() {
        assert_eq!(
            generalise("BankApp/1000000001 (ana@example.org)"),
            "other / other"
        );
        assert_eq!(generalise("Chrome/1000000001 Android"), "Chrome / Android");
    }
}
