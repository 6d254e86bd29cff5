//! The answer in a few sentences.

use veriscope_card::Card;
use veriscope_card::views::Language;
use veriscope_metrics::intervals::{Difference, Enough, Proportion};
use veriscope_metrics::number::{float_i64, float_u64};
use veriscope_metrics::retries::{Abandonment, CodeToFix, HorizonRule, Retries};

use super::codes;
use crate::number::{count, fixed, percent, span};

/// Chances of so many attempts are told.
const CHANCES: usize = 3;
const MS_PER_MINUTE: f64 = 60_000.0;

pub(super) fn lead(retries: &Retries, card: &Card, language: Language) -> Vec<String> {
    let all = &retries.processes;
    if all.n == 0 {
        let nothing = "There is no process, so there is nothing to say.";
        let nada = "No hay ningún proceso: no hay nada que decir.";
        return vec![language.pick(nothing, nada).to_owned()];
    }
    if all.retries == 0 && retries.repeats.n == 0 {
        return vec![single(all.n, language)];
    }
    let mut lead = vec![needed(retries, language)];
    lead.extend(all.added.as_ref().and_then(|added| gained(added, language)));
    lead.extend(chances(retries, language));
    lead.extend(left(retries, card, language));
    lead.push(horizon(retries, language));
    lead.extend(cost(retries, language));
    lead.push(repeats(retries, language));
    lead.extend(to_fix(retries, card, language));
    lead
}

/// No process came twice: a table of last attempts alone looks like this.
fn single(processes: u64, language: Language) -> String {
    let all = count(processes, language);
    match language {
        Language::English => format!(
            "Each of the {all} processes has one attempt alone, so nothing can be said of retries, \
             nor of who gives up. Last attempts alone look like this, as in the published table \
             without retries; with the logs of all calls there is more to say."
        ),
        Language::Spanish => format!(
            "Cada uno de los {all} procesos tiene un solo intento, así que nada puede decirse de los \
             reintentos ni de quién abandona. Así se ven los últimos intentos solos, como en la \
             tabla publicada sin reintentos; con los registros de todas las llamadas hay más que decir."
        ),
    }
}

/// How many processes need more than one attempt.
fn needed(retries: &Retries, language: Language) -> String {
    let all = &retries.processes;
    let more: u64 = {
        let counts = retries.attempts_per_process.iter();
        counts.filter(|(tries, _)| *tries > 1).map(|(_, n)| n).sum()
    };
    let of_all = of(more, all.n, ["processes", "procesos"], language);
    let most = retries.attempts_per_process.last();
    let most = count(most.map_or(0, |(tries, _)| *tries), language);
    match language {
        Language::English => format!(
            "{of_all} took more than one attempt: {} retries, at most {most} attempts in \
             one process.",
            count(all.retries, language)
        ),
        Language::Spanish => format!(
            "{of_all} necesitaron más de un intento: {} reintentos, a lo sumo {most} \
             intentos en un proceso.",
            count(all.retries, language)
        ),
    }
}

/// `1,345 of 4,396 processes (30.6 %)`; few rows give no share.
fn of(some: u64, all: u64, what: [&str; 2], language: Language) -> String {
    let [english, spanish] = what;
    let what = language.pick(english, spanish);
    let of = language.pick("of", "de");
    let counts = format!(
        "{} {of} {} {what}",
        count(some, language),
        count(all, language)
    );
    if all < Enough::default().rows {
        return counts;
    }
    let share = percent(float_u64(some) / float_u64(all), language);
    format!("{counts} ({share})")
}

fn is_enough(of: &Proportion) -> bool {
    of.is_enough(Enough::default())
}

/// What retries add to acceptance.
fn gained(added: &Difference, language: Language) -> Option<String> {
    if !is_enough(&added.first) {
        return None;
    }
    let (ever, first) = (
        percent(added.first.share, language),
        percent(added.second.share, language),
    );
    let points = |share: f64| fixed(share * 100.0, 1, language);
    // Retries take no acceptance away.
    let (low, high) = (points(added.low.max(0.0)), points(added.high));
    let added = points(added.difference);
    Some(match language {
        Language::English => format!(
            "Retries lift acceptance from {first} at the first attempt to {ever} in the end: by \
             {added} points (95 % interval {low} to {high})."
        ),
        Language::Spanish => format!(
            "Los reintentos suben la aceptación del {first} en el primer intento al {ever} al \
             final: {added} puntos (intervalo del 95 %: {low} a {high})."
        ),
    })
}

/// The chance of the first attempts.
fn chances(retries: &Retries, language: Language) -> Option<String> {
    let told: Vec<String> = retries
        .by_attempt
        .iter()
        .take(CHANCES)
        .take_while(|chance| is_enough(&chance.accepted))
        .map(|chance| {
            let share = percent(chance.accepted.share, language);
            match (language, chance.attempt) {
                (Language::English, 1) => format!("{share} at the 1st attempt"),
                (Language::English, 2) => format!("{share} at the 2nd"),
                (Language::English, 3) => format!("{share} at the 3rd"),
                (Language::English, attempt) => format!("{share} at the {attempt}th"),
                (Language::Spanish, 1) => format!("{share} en el 1.er intento"),
                (Language::Spanish, attempt) => format!("{share} en el {attempt}.º"),
            }
        })
        .collect();
    let told = told.join(", ");
    (!told.is_empty()).then(|| match language {
        Language::English => {
            format!("The chance of acceptance is {told}, for those who get there.")
        }
        Language::Spanish => {
            format!("La probabilidad de aceptación es {told}, entre quienes llegan hasta ahí.")
        }
    })
}

/// Who gives up, and after which code most.
fn left(retries: &Retries, card: &Card, language: Language) -> Option<String> {
    let told = |one: &&Abandonment| one.n >= Enough::default().rows;
    let all = retries.abandonment.iter().find(|one| one.code.is_none());
    let all = all.filter(told)?;
    let coded = retries.abandonment.iter().filter(|one| one.code.is_some());
    let most = coded
        .filter(told)
        .max_by(|one, other| one.share.total_cmp(&other.share))?;
    let name = codes::full(card, most.code.as_deref().unwrap_or("none"), language);
    let (share, worst) = (percent(all.share, language), percent(most.share, language));
    let n = count(most.n, language);
    let time = span(float_i64(retries.horizon_ms), language);
    Some(match language {
        Language::English => format!(
            "After a failed attempt {share} do not come back within {time}, most often after {name}: \
             {worst} of {n}."
        ),
        Language::Spanish => format!(
            "Tras un intento fallido el {share} no vuelve en {time}, sobre todo tras {name}: el \
             {worst} de {n}."
        ),
    })
}

/// What counts as given up.
fn horizon(retries: &Retries, language: Language) -> String {
    let time = span(float_i64(retries.horizon_ms), language);
    let open = open(retries.processes.open, language);
    let why = match (retries.horizon_rule, language) {
        (HorizonRule::Usual, Language::English) => {
            "by then 99 % of those who come back have done so"
        }
        (HorizonRule::Usual, Language::Spanish) => {
            "para entonces ha vuelto el 99 % de quienes vuelven"
        }
        (HorizonRule::Least, Language::English) => {
            "the least that is taken, for 99 % of those who come back do so sooner"
        }
        (HorizonRule::Least, Language::Spanish) => {
            "el mínimo, pues el 99 % de quienes vuelven lo hace antes"
        }
        (HorizonRule::Default, Language::English) => {
            "a default, for too few come back to tell how long that takes"
        }
        (HorizonRule::Default, Language::Spanish) => {
            "un valor por defecto: vuelven muy pocos para saber cuánto se tarda"
        }
        (HorizonRule::Asked, Language::English) => "as asked",
        (HorizonRule::Asked, Language::Spanish) => "según lo pedido",
    };
    match language {
        Language::English => {
            format!(
                "A process counts as given up once nobody has come back for {time} ({why}); {open}."
            )
        }
        Language::Spanish => {
            format!("Un proceso cuenta como abandonado si nadie vuelve en {time} ({why}); {open}.")
        }
    }
}

/// How many processes are too near the end of the data to say.
fn open(open: u64, language: Language) -> String {
    let n = count(open, language);
    match (open, language) {
        (0, Language::English) => "none failed too near the end of the data to say".to_owned(),
        (0, Language::Spanish) => {
            "ninguno falló demasiado cerca del fin de los datos para saberlo".to_owned()
        }
        (1, Language::English) => {
            "1 that failed closer to the end of the data is open, not lost".to_owned()
        }
        (1, Language::Spanish) => {
            "1 que falló más cerca del fin de los datos está abierto, no perdido".to_owned()
        }
        (_, Language::English) => {
            format!("{n} that failed closer to the end of the data are open, not lost")
        }
        (_, Language::Spanish) => {
            format!("{n} que fallaron más cerca del fin de los datos están abiertos, no perdidos")
        }
    }
}

/// What retries cost.
fn cost(retries: &Retries, language: Language) -> Option<String> {
    let cost = &retries.cost;
    if retries.processes.attempts < Enough::default().rows {
        return None;
    }
    let share = percent(cost.api_share?, language);
    let each = span(cost.person_minutes_each? * MS_PER_MINUTE, language);
    let api = span(cost.api_ms, language);
    let persons = span(cost.person_minutes * MS_PER_MINUTE, language);
    Some(match language {
        Language::English => format!(
            "Retries cost {api} of API time, {share} of all, and {persons} of people's time between \
             attempts: {each} for each process that has any."
        ),
        Language::Spanish => format!(
            "Los reintentos cuestan {api} de tiempo de API, el {share} del total, y {persons} de \
             las personas entre intentos: {each} por proceso con alguno."
        ),
    })
}

/// Repeats, apart.
fn repeats(retries: &Retries, language: Language) -> String {
    let repeats = &retries.repeats;
    if repeats.n == 0 {
        let none = "No transaction came after an acceptance in its process.";
        let ninguna = "Ninguna transacción siguió a una aceptación en su proceso.";
        return language.pick(none, ninguna).to_owned();
    }
    let transactions = ["transactions", "transacciones"];
    let of_all = of(
        repeats.n,
        retries.processes.attempts,
        transactions,
        language,
    );
    let processes = count(repeats.processes, language);
    match language {
        Language::English => format!(
            "{of_all} came after an acceptance in their process, in {processes} \
             processes: repeats, not retries, and counted apart."
        ),
        Language::Spanish => format!(
            "{of_all} siguieron a una aceptación en su proceso, en {processes} \
             procesos: son repeticiones, no reintentos, y se cuentan aparte."
        ),
    }
}

/// What to mend first: what loses most, but no attacks, which it is right to turn away.
fn to_fix(retries: &Retries, card: &Card, language: Language) -> Vec<String> {
    let worth = |one: &&CodeToFix| one.lost + one.extra_attempts > 0;
    let mut ranked = retries.to_fix.iter().filter(worth);
    let Some(first) = ranked.find(|one| !codes::is_attack(card, &one.code)) else {
        return Vec::new();
    };
    let name = codes::full(card, &first.code, language);
    let module = codes::entry(card, &first.code).map(|known| known.module.as_str());
    let about = [module, codes::mended_by(card, &first.code, language)];
    let about: Vec<&str> = about.into_iter().flatten().collect();
    let about = match about.join("; ") {
        about if about.is_empty() => about,
        about => format!(" ({about})"),
    };
    let given_up = ["processes given up", "procesos abandonados"];
    let all = &retries.processes;
    let lost = of(first.lost, all.gone, given_up, language);
    let further = ["retries", "reintentos"];
    let extra = of(first.extra_attempts, all.retries, further, language);
    let mut sentences = vec![match language {
        Language::English => {
            format!("First to mend: {name}{about}. {lost} ended with it, and {extra} followed it.")
        }
        Language::Spanish => format!(
            "Lo primero que remediar: {name}{about}. Con él acabaron {lost}, y le siguieron {extra}."
        ),
    }];
    let attack = retries.to_fix.first();
    let attack = attack.filter(|attack| attack.lost > first.lost);
    sentences.extend(attack.map(|attack| {
        let name = codes::full(card, &attack.code, language);
        let lost = count(attack.lost, language);
        match language {
            Language::English => format!(
                "{name} loses more ({lost}), but looks like an attack, which it is right to turn away."
            ),
            Language::Spanish => format!(
                "{name} pierde más ({lost}), pero parece un ataque, y está bien rechazarlo."
            ),
        }
    }));
    sentences
}
