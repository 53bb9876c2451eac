//! Random score expressions whose units fit, made from a list of bytes so that failures shrink to short ones.

/// A source of choices; 0 when the bytes are used up.
pub struct Genes<'a> {
    bytes: std::slice::Iter<'a, u8>,
}

impl<'a> Genes<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes: bytes.iter(),
        }
    }

    fn byte(&mut self) -> u8 {
        self.bytes.next().copied().unwrap_or(0)
    }

    /// A choice below `count`.
    pub fn choose(&mut self, count: usize) -> usize {
        usize::from(self.byte()) % count
    }

    /// A value from `low` to `high`, often one of the ends.
    pub fn value(&mut self, low: u64, high: u64) -> u64 {
        let word = match self.choose(4) {
            0 => return low,
            1 => return high,
            _ => (0..8).fold(0u64, |word, _| word << 8 | u64::from(self.byte())),
        };
        let span = u128::from(high - low) + 1;
        low + ((u128::from(word) * span) >> 64) as u64
    }

    fn of<'t>(&mut self, texts: &[&'t str]) -> &'t str {
        texts[self.choose(texts.len())]
    }
}

/// Units that a score can have.
#[derive(Clone, Copy, PartialEq)]
pub enum Unit {
    Time,
    Number,
    Point,
    Area,
}

const NUMBERS: [&str; 10] = [
    "1", "0.5", "2", "0.01", "0.95", "k", "1.25", "0.002", "30", "700",
];

/// An expression of `unit` of at most `depth` operators in a row; `clamped` ones are never negative.
pub fn expression(genes: &mut Genes<'_>, unit: Unit, depth: u32, clamped: bool) -> String {
    if depth == 0 {
        return leaf(genes, unit, clamped);
    }
    match genes.choose(12) {
        0 | 1 => leaf(genes, unit, clamped),
        2 | 3 => two(genes, "+", unit, depth, clamped),
        4 => difference(genes, unit, depth, clamped),
        5 | 6 => call(genes, "min", unit, depth, clamped),
        7 => call(genes, "max", unit, depth, clamped),
        8 => {
            let inner = expression(genes, unit, depth - 1, false);
            format!("max(0, {inner})")
        }
        9 => select(genes, unit, depth, clamped),
        _ => product(genes, unit, depth, clamped),
    }
}

fn leaf(genes: &mut Genes<'_>, unit: Unit, clamped: bool) -> String {
    let signed = !clamped && genes.choose(3) == 0;
    let text = match unit {
        Unit::Point => genes.of(&["deadline", "arrival", "last_run", "now"]),
        Unit::Time if signed => genes.of(&["(deadline - now)", "(arrival - deadline)"]),
        Unit::Time => genes.of(&[
            "lat_remaining",
            "isolated",
            "(now - last_run)",
            "(now - arrival)",
            "scale",
            "(gamma * lat_remaining)",
        ]),
        Unit::Number if genes.choose(2) == 0 => genes.of(&NUMBERS),
        Unit::Number => genes.of(&[
            "gamma",
            "priority",
            "queue",
            "inv_queue",
            "layer",
            "running",
        ]),
        Unit::Area => genes.of(&["(isolated * lat_remaining)", "(lat_remaining * scale)"]),
    };
    text.to_owned()
}

fn two(genes: &mut Genes<'_>, sign: &str, unit: Unit, depth: u32, clamped: bool) -> String {
    let second = if unit == Unit::Point {
        Unit::Time
    } else {
        unit
    };
    let a = expression(genes, unit, depth - 1, clamped);
    let b = expression(genes, second, depth - 1, clamped);
    format!("({a} {sign} {b})")
}

fn difference(genes: &mut Genes<'_>, unit: Unit, depth: u32, clamped: bool) -> String {
    let text = if unit == Unit::Time && genes.choose(3) == 0 {
        let a = expression(genes, Unit::Point, depth - 1, false);
        let b = expression(genes, Unit::Point, depth - 1, false);
        format!("({a} - {b})")
    } else {
        two(genes, "-", unit, depth, false)
    };
    if clamped {
        format!("max(0, {text})")
    } else {
        text
    }
}

fn call(genes: &mut Genes<'_>, name: &str, unit: Unit, depth: u32, clamped: bool) -> String {
    let a = expression(genes, unit, depth - 1, clamped);
    let b = expression(genes, unit, depth - 1, clamped);
    format!("{name}({a}, {b})")
}

fn select(genes: &mut Genes<'_>, unit: Unit, depth: u32, clamped: bool) -> String {
    let condition = if genes.choose(4) == 0 {
        "running".to_owned()
    } else {
        let of = [Unit::Time, Unit::Number, Unit::Point, Unit::Area][genes.choose(4)];
        let a = expression(genes, of, depth - 1, false);
        let b = expression(genes, of, depth - 1, false);
        format!("{a} {} {b}", genes.of(&["<", "<=", ">"]))
    };
    let a = expression(genes, unit, depth - 1, clamped);
    let b = expression(genes, unit, depth - 1, clamped);
    format!("select({condition}, {a}, {b})")
}

/// A product that may be negative has factors that may.
fn product(genes: &mut Genes<'_>, unit: Unit, depth: u32, clamped: bool) -> String {
    let mut factor = |unit| expression(genes, unit, depth - 1, clamped);
    let (a, b) = match unit {
        Unit::Time => (factor(Unit::Number), factor(Unit::Time)),
        Unit::Number => (factor(Unit::Number), factor(Unit::Number)),
        Unit::Area => (factor(Unit::Time), factor(Unit::Time)),
        Unit::Point => return leaf(genes, unit, clamped),
    };
    match (unit, genes.choose(3)) {
        (Unit::Number, 0) => {
            let time = expression(genes, Unit::Time, depth - 1, clamped);
            format!("({time} * inv_isolated)")
        }
        (Unit::Time, 0) => {
            let area = expression(genes, Unit::Area, depth - 1, clamped);
            format!("({area} * inv_isolated)")
        }
        (_, 1) => format!("({b} * {a})"),
        _ => format!("({a} * {b})"),
    }
}
