//! Queues and delays of fixed length.

/// A queue of at most `N` words; full or not is what its users must ask before a clock begins.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ring<T, const N: usize> {
    words: [T; N],
    first: usize,
    held: usize,
}

impl<T: Copy + Default, const N: usize> Ring<T, N> {
    pub fn new() -> Self {
        Self {
            words: [T::default(); N],
            first: 0,
            held: 0,
        }
    }

    pub fn len(&self) -> usize {
        self.held
    }

    pub fn head(&self) -> Option<T> {
        (self.held > 0).then(|| self.words[self.first])
    }

    pub fn push(&mut self, word: T) {
        self.words[(self.first + self.held) % N] = word;
        self.held += 1;
    }

    pub fn pop(&mut self) {
        self.first = (self.first + 1) % N;
        self.held -= 1;
    }
}

/// What enters leaves `N` clocks later.
#[derive(Debug, Clone, Copy)]
pub(super) struct Delay<T, const N: usize> {
    words: [Option<T>; N],
    place: usize,
}

impl<T: Copy, const N: usize> Delay<T, N> {
    pub fn new() -> Self {
        Self {
            words: [None; N],
            place: 0,
        }
    }

    /// One clock: what enters, what leaves.
    pub fn step(&mut self, word: Option<T>) -> Option<T> {
        let left = std::mem::replace(&mut self.words[self.place], word);
        self.place = if self.place + 1 == N {
            0
        } else {
            self.place + 1
        };
        left
    }
}
