//! Seeded chance in integers only: the same values on every machine, whatever its mathematics library.

use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Streams of their own; those of people count from 0, those of companies from [`COMPANIES`], what is done with leads and deals from
/// [`HANDLING`] and [`CLOSING`].
pub const COMPANIES: u64 = 1 << 40;
pub const HANDLING: u64 = 1 << 50;
pub const CLOSING: u64 = 1 << 51;
pub const CROWD: u64 = 1 << 60;
pub const RATES: u64 = (1 << 60) + 1;
pub const SPEND: u64 = 1 << 61;

pub struct Dice(ChaCha8Rng);

impl Dice {
    pub fn new(seed: u64, stream: u64) -> Dice {
        let mut generator = ChaCha8Rng::seed_from_u64(seed);
        generator.set_stream(stream);
        Dice(generator)
    }

    /// 0 up to, not including, `sides`.
    pub fn below(&mut self, sides: u64) -> u64 {
        ((self.0.next_u64() as u128 * sides as u128) >> 64) as u64
    }

    /// Both ends included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1) as u64) as i64
    }

    /// True `permille` times in a thousand.
    pub fn chance(&mut self, permille: u64) -> bool {
        self.below(1000) < permille
    }

    pub fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len() as u64) as usize]
    }

    /// An index, as often as its weight says.
    pub fn weighted(&mut self, weights: &[u64]) -> usize {
        let mut rest = self.below(weights.iter().sum());
        weights
            .iter()
            .position(|weight| {
                let here = rest < *weight;
                rest = rest.saturating_sub(*weight);
                here
            })
            .expect("the draw is below the sum of the weights")
    }

    /// An index below `many`, the first ones oftener: a third of the draws are skewed to them, the others even.
    #[allow(dead_code, reason = "the demo company has short lists")]
    pub fn common(&mut self, many: usize) -> usize {
        let even = self.0.next_u32() as u64;
        let share = if self.chance(350) { (even * even) >> 32 } else { even };
        ((share as u128 * many as u128) >> 32) as usize
    }

    /// `low` to `high`, mostly near `low`: the cube of an even draw, mean at a quarter of the way.
    pub fn skewed(&mut self, low: i64, high: i64) -> i64 {
        let even = self.0.next_u32() as u64;
        let cube = (((even * even) >> 32) * even) >> 32;
        low + (((high - low) as i128 * cube as i128) >> 32) as i64
    }
}
