//! Columns of foreign tables: which ones speak of a person.

use crate::report::TextForms;

/// Words of a column's name that speak of a person, in English and Spanish.
const WORDS: [&str; 85] = [
    "id",
    "ids",
    "uid",
    "uuid",
    "guid",
    "key",
    "token",
    "hash",
    "serial",
    "rowid",
    "name",
    "names",
    "firstname",
    "lastname",
    "surname",
    "fullname",
    "username",
    "user",
    "login",
    "person",
    "nombre",
    "nombres",
    "apellido",
    "apellidos",
    "usuario",
    "persona",
    "cliente",
    "customer",
    "document",
    "documento",
    "documentno",
    "passport",
    "pasaporte",
    "dni",
    "nif",
    "nie",
    "curp",
    "rut",
    "cpf",
    "ssn",
    "cedula",
    "identity",
    "identidad",
    "email",
    "mail",
    "correo",
    "phone",
    "telephone",
    "mobile",
    "telefono",
    "celular",
    "address",
    "direccion",
    "ip",
    "iban",
    "account",
    "cuenta",
    "card",
    "tarjeta",
    "birth",
    "birthdate",
    "nacimiento",
    "operator",
    "operador",
    "author",
    "autor",
    "owner",
    "employee",
    "empleado",
    "agent",
    "agente",
    "patient",
    "paciente",
    "student",
    "alumno",
    "member",
    "contact",
    "contacto",
    "signature",
    "firma",
    "plate",
    "placa",
    "matricula",
    "latitude",
    "longitude",
];

/// Returns whether a name speaks of a person, or of what tells rows apart.
pub(crate) fn identifying_name(name: &str) -> bool {
    words(name).iter().any(|word| {
        let plain = word.strip_suffix(|last: char| last.is_ascii_digit());
        WORDS.contains(&word.as_str()) || plain.is_some_and(|plain| WORDS.contains(&plain))
    })
}

/// Splits at what is no letter or digit, and where a capital follows a small letter; accents
/// that Spanish names have are taken off.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut small = false;
    for letter in name.chars() {
        if !letter.is_alphanumeric() || (small && letter.is_uppercase()) {
            words.push(String::new());
        }
        small = letter.is_lowercase();
        if let Some(word) = words.last_mut().filter(|_| letter.is_alphanumeric()) {
            word.extend(letter.to_lowercase().map(plain));
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// A letter without the accent that Spanish may give it.
pub(crate) const fn plain(letter: char) -> char {
    match letter {
        'á' | 'à' | 'ä' | 'â' => 'a',
        'é' | 'è' | 'ë' | 'ê' => 'e',
        'í' | 'ì' | 'ï' | 'î' => 'i',
        'ó' | 'ò' | 'ö' | 'ô' => 'o',
        'ú' | 'ù' | 'ü' | 'û' => 'u',
        'ñ' => 'n',
        other => other,
    }
}

/// Text by what speaks for identities in it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Looks {
    /// Values.
    pub(crate) n: u64,
    /// Different values that occur once.
    pub(crate) once: u64,
    /// Values that look like an id: at least six characters with four digits and no white
    /// space, or an address of electronic mail.
    pub(crate) coded: u64,
    /// Values by what they could be read as.
    pub(crate) forms: TextForms,
}

/// Returns whether text looks like identities: most values occur once, or one in five looks
/// like an id. Text of dates or of short numbers does not.
pub(crate) const fn looks_like_identity(looks: &Looks) -> bool {
    if looks.n == 0 || looks.forms.date * 2 > looks.n {
        return false;
    }
    let once = looks.once * 2 > looks.n && looks.forms.number * 2 <= looks.n;
    once || looks.coded * 5 > looks.n
}

/// Returns whether a text looks like an id, as [`Looks::coded`] says.
pub(crate) fn coded(text: &str) -> bool {
    if text.contains('@') && text.contains('.') {
        return true;
    }
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let plain_number = text.parse::<f64>().is_ok() && text.contains('.');
    digits >= 4
        && text.chars().nth(5).is_some()
        && !text.contains(char::is_whitespace)
        && !plain_number
}

#[cfg(test)]
mod tests {
    use super::{coded, identifying_name};

    #[test]
    fn names_that_speak_of_a_person() {
        for name in [
            "customer_id",
            "userName",
            "Número de cédula",
            "e-mail",
            "ID2",
            "IP",
        ] {
            assert!(identifying_name(name), "{name}");
        }
        for name in [
            "valid",
            "idle_ms",
            "width",
            "score",
            "summary_code",
            "ship_date",
        ] {
            assert!(!identifying_name(name), "{name}");
        }
    }

    #[test]
    fn texts_that_look_like_ids() {
        for text in ["1094567812", "ana@example.org", "A1B2C3D4", "+34600111222"] {
            assert!(coded(text), "{text}");
        }
        for text in ["1402", "0.123456", "blue", "FULLHD", "antispoofing OK"] {
            assert!(!coded(text), "{text}");
        }
    }
}
