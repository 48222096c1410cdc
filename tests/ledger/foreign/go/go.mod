module xueyin.invalid/verify

go 1.26.0

// Older releases (0.20.0 among them) pass over a full tile while they authenticate.
require golang.org/x/mod v0.42.0
