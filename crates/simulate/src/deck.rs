//! Drawing as from a pack of cards: as chance would have it in order, as intended in sum.
//!
//! Dealt without replacement, outcomes come in an order in which any two groups are alike
//! but for chance, while their sum strays little from the intended shares. A deck of no
//! cards draws each outcome independently.

use crate::numbers::floor_index;
use crate::random::Random;

/// Outcomes in given shares.
#[derive(Clone, Debug)]
pub(crate) struct Deck {
    shares: Vec<f64>,
    /// What each outcome is still owed, in cards.
    owed: Vec<f64>,
    cards: Vec<u32>,
    num_left: u64,
    size: u32,
}

impl Deck {
    /// Makes a deck of so many cards; weights that sum to nothing always give outcome 0.
    pub(crate) fn new(weights: &[f64], size: u32) -> Self {
        let sum: f64 = weights.iter().sum();
        let shares: Vec<f64> = weights
            .iter()
            .map(|weight| if sum > 0.0 { weight / sum } else { 0.0 })
            .collect();
        Self {
            owed: vec![0.0; shares.len()],
            cards: vec![0; shares.len()],
            num_left: 0,
            shares,
            size,
        }
    }

    /// Returns the number of an outcome.
    pub(crate) fn draw(&mut self, random: &mut Random) -> usize {
        if self.shares.iter().all(|share| *share <= 0.0) {
            return 0;
        }
        if self.size == 0 {
            return independent(&self.shares, random);
        }
        if self.num_left == 0 {
            self.shuffle();
        }
        let mut rest = random.below(self.num_left);
        for (outcome, cards) in self.cards.iter_mut().enumerate() {
            if rest < u64::from(*cards) {
                *cards -= 1;
                self.num_left -= 1;
                return outcome;
            }
            rest -= u64::from(*cards);
        }
        0
    }

    fn shuffle(&mut self) {
        let mut dealt = 0;
        for ((owed, cards), share) in self.owed.iter_mut().zip(&mut self.cards).zip(&self.shares) {
            *owed += share * f64::from(self.size);
            let whole = u32::try_from(floor_index(owed.max(0.0))).unwrap_or(0);
            *cards = whole.min(self.size - dealt);
            *owed -= f64::from(*cards);
            dealt += *cards;
        }
        while dealt < self.size {
            let Some(most) = most_owed(&self.owed) else {
                break;
            };
            if let (Some(owed), Some(cards)) = (self.owed.get_mut(most), self.cards.get_mut(most)) {
                *owed -= 1.0;
                *cards += 1;
            }
            dealt += 1;
        }
        self.num_left = self.cards.iter().map(|cards| u64::from(*cards)).sum();
    }
}

fn most_owed(owed: &[f64]) -> Option<usize> {
    owed.iter()
        .enumerate()
        .reduce(|most, next| if next.1 > most.1 { next } else { most })
        .map(|(outcome, _)| outcome)
}

fn independent(shares: &[f64], random: &mut Random) -> usize {
    let mut rest = random.unit();
    let mut last = 0;
    for (outcome, share) in shares.iter().enumerate() {
        if *share > 0.0 {
            last = outcome;
        }
        if rest < *share {
            return outcome;
        }
        rest -= share;
    }
    last
}

/// Shares a whole number out by weights; what is left goes to the largest remainders.
pub(crate) fn apportion(total: u64, weights: &[f64]) -> Vec<u64> {
    let sum: f64 = weights.iter().sum();
    if sum <= 0.0 {
        return vec![0; weights.len()];
    }
    let mut counts = Vec::with_capacity(weights.len());
    let mut remainders = Vec::with_capacity(weights.len());
    for (number, weight) in weights.iter().enumerate() {
        let exact = total as f64 * weight / sum;
        let whole = u64::try_from(floor_index(exact)).unwrap_or(0);
        counts.push(whole);
        remainders.push((exact - whole as f64, number));
    }
    remainders.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut left = total.saturating_sub(counts.iter().sum());
    for (_, number) in remainders.iter().cycle() {
        if left == 0 {
            break;
        }
        // An outcome without weight gets nothing, whatever is left.
        if weights.get(*number).is_some_and(|weight| *weight > 0.0) {
            if let Some(count) = counts.get_mut(*number) {
                *count += 1;
            }
            left -= 1;
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert_eq, proptest};

    use super::{Deck, apportion};
    use crate::random::Random;

    #[test]
    fn whole_decks_have_the_intended_shares_and_rare_outcomes_come_in_time() {
        let mut deck = Deck::new(&[7.0, 2.995, 0.005], 10);
        let mut random = Random::new(1, 1);
        let mut counts = [0_u32; 3];
        for _ in 0..2_000 {
            counts[deck.draw(&mut random)] += 1;
        }
        assert_eq!(counts, [1_400, 599, 1]);
    }

    #[test]
    fn a_deck_of_no_cards_draws_independently() {
        let mut deck = Deck::new(&[1.0, 3.0], 0);
        let mut random = Random::new(1, 2);
        let drawn = (0..10_000).filter(|_| deck.draw(&mut random) == 0).count();
        // Standard deviation: sqrt(10000 * 0.25 * 0.75) = 43.
        assert!((2_300..=2_700).contains(&drawn), "{drawn}");
    }

    #[test]
    fn a_deck_without_weights_gives_its_first_outcome() {
        let mut random = Random::new(1, 3);
        assert_eq!(Deck::new(&[0.0, 0.0], 10).draw(&mut random), 0);
        assert_eq!(Deck::new(&[], 10).draw(&mut random), 0);
    }

    #[test]
    fn the_largest_remainders_get_what_is_left() {
        assert_eq!(apportion(10, &[1.0, 1.0, 1.0]), [4, 3, 3]);
        assert_eq!(apportion(3, &[0.0, 5.0, 1.0]), [0, 3, 0]);
        assert_eq!(apportion(5, &[0.0, 0.0]), [0, 0]);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_in_sharing_out(total in 0_u64..100_000, weights in proptest::collection::vec(0.0_f64..9.0, 1..40)) {
            let intended = if weights.iter().sum::<f64>() > 0.0 { total } else { 0 };
            prop_assert_eq!(apportion(total, &weights).iter().sum::<u64>(), intended);
        }
    }
}
