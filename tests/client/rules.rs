//! The rules that a client keeps whatever the server does, as data.

/// How bad it is to break a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    /// The protocol says so.
    Must,
    /// The protocol allows it, or real clients are known for it.
    Should,
}

macro_rules! rules {
    ($($weight:ident $rule:ident: $text:literal, $source:literal;)*) => {
        /// A rule that every connection of every client is judged by.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Rule {
            $($rule,)*
        }

        impl Rule {
            /// In the order of their numbers.
            pub(crate) const ALL: &[Self] = &[$(Self::$rule),*];

            /// The rule in a sentence.
            pub(crate) fn text(self) -> &'static str {
                match self {
                    $(Self::$rule => $text,)*
                }
            }

            /// Where the rule comes from.
            pub(crate) fn source(self) -> &'static str {
                match self {
                    $(Self::$rule => $source,)*
                }
            }

            /// How bad it is to break it.
            pub(crate) fn weight(self) -> Weight {
                match self {
                    $(Self::$rule => Weight::$weight,)*
                }
            }
        }
    };
}

rules! {
    Must ConnectFirst: "The first frame is Connect.", "schema: packet Connect";
    Must OneVersion: "All frames of a connection are of one version.", "schema: packet Header";
    Must NumberNotZero: "No request has the sequence number 0.",
        "protocol documentation: sequence numbers";
    Must NumbersRise: "Sequence numbers rise, and begin anew only after the greatest.",
        "protocol documentation: sequence numbers";
    Should NumbersStep: "Each sequence number is one more than the last.",
        "protocol documentation: sequence numbers";
    Must Decodes: "Every frame is what the schema says.", "schema: packet Header";
    Must ClientFrame: "Every frame is one that clients send.", "schema: packet Header";
    Must NothingBehind: "Nothing is behind the last field of a frame.",
        "protocol documentation: frames";
    Should Text: "Strings are UTF-8.", "protocol documentation: strings";
    Should NoNul: "Strings do not end in NUL.", "protocol documentation: strings";
    Must SizeLimit: "No body has more than 1,048,576 bytes.",
        "protocol documentation: a body has at most 1,048,576 bytes";
    Must LoginFirst: "What needs a login comes behind one.", "schema: packet Login";
    Should AloneConnect: "Nothing is sent behind Connect until it is answered.",
        "habit of servers: what follows a refused Connect is lost";
    Must AloneFilters: "Nothing is sent behind SetFilters until it is answered.",
        "schema: packet SetFilters";
    Should NoEmptyList: "Nobody asks for no things: servers answer that in odd ways.",
        "habit of servers: a group of none, a refusal, or both";
    Should ReadOnly: "Read-only fields are 0 or empty.", "schema: readonly fields";
    Must PingRate: "Pings are at least a second apart.", "schema: packet Ping";
    Should PingIdle: "Pings are for idle connections: nothing else is outstanding.",
        "schema: packet Ping";
    Must TunnelWaits: "Nothing is sent into a tunnel before the blank line has come.",
        "habit of servers: what comes with the request is thrown away";
    Must TunnelHead: "A tunnel is asked for by POST, an HTTP version and a blank line.",
        "protocol documentation: HTTP tunnels";
    Must ReadsAll: "The client reads what it is sent.", "protocol documentation: connections";
    Must EndsBetweenFrames: "A connection ends between frames, not inside of one.",
        "protocol documentation: connections";
    Should EndsCleanly: "A connection is closed, not reset.",
        "protocol documentation: connections";
}
