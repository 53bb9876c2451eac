//! Where the requests of a run come from: a list, a stream, or clients that wait for their results.

use std::iter::Peekable;

use crate::table::Request;

/// Requests in order of arrival, taken one by one, so that a run of any length needs memory for the live ones only.
pub trait Requests {
    /// The next request, if it is known already. A closed loop may know none while its clients wait.
    fn peek(&mut self) -> Option<&Request>;

    /// Takes the request that [`Requests::peek`] shows.
    fn take(&mut self) -> Option<Request>;

    /// Request number `index`, from 0 in the order taken, has finished at `finish_s` seconds. What it causes arrives then or later.
    fn finished(&mut self, _index: u64, _finish_s: f64) {}
}

/// An open loop: requests that arrive whatever happens to those before them.
#[derive(Debug, Clone)]
pub struct Open<I: Iterator<Item = Request>>(Peekable<I>);

impl<I: Iterator<Item = Request>> Open<I> {
    /// The requests of `stream`, in order of arrival.
    pub fn new(stream: impl IntoIterator<IntoIter = I>) -> Self {
        Self(stream.into_iter().peekable())
    }
}

impl<I: Iterator<Item = Request>> Requests for Open<I> {
    #[inline]
    fn peek(&mut self) -> Option<&Request> {
        self.0.peek()
    }

    #[inline]
    fn take(&mut self) -> Option<Request> {
        self.0.next()
    }
}
