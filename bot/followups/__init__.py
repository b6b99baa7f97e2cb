"""Who follows what, the outbox, its delivery, and the questions that got no answer.

Everything here lies below the Telegram handlers and knows nothing of Telegram. All state is in
the database, so that any number of processes share it. Every public function is asynchronous and
takes a `Store`; a `now` is seconds since the epoch, as given by `time.time`.
"""
