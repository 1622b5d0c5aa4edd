//! Every kind of finding, with its stable name and what the schema guide says about it.

use std::fmt;

use serde::{Serialize, Serializer};

macro_rules! codes {
    ($($variant:ident $name:literal $title:literal $explanation:literal)*) => {
        /// Kind of a [`Diagnostic`](super::Diagnostic). Its name never changes meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $(#[doc = $title] $variant,)*
        }

        impl Code {
            /// Every code, in the order of their names.
            pub const ALL: &'static [Code] = &[$(Code::$variant),*];

            /// The stable name, such as `TP032`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Code::$variant => $name),* }
            }

            /// What it is, in a few words.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Code::$variant => $title),* }
            }

            /// What it means and what to do, one paragraph of Markdown.
            #[must_use]
            pub const fn explanation(self) -> &'static str {
                match self { $(Code::$variant => $explanation),* }
            }
        }
    };
}

codes! {
    NotUtf8 "TP001" "not UTF-8"
        "Schemas are UTF-8, with or without a byte-order mark. The place shown is the first byte that is not."
    Declaration "TP002" "unsupported XML declaration"
        "The `<?xml …?>` line may declare version `1.0` and encoding `UTF-8` or `US-ASCII`, and stands at the very start of the file."
    ForbiddenCharacter "TP003" "forbidden character"
        "XML allows no NUL, no other control character but tab and line breaks, and neither U+FFFE nor U+FFFF. Only the first one is reported."
    Malformed "TP004" "malformed XML"
        "The text breaks the grammar of XML: a tag or attribute that is not written as one, a bare `&` or `<`, `--` in a comment, `]]>` in text, a misplaced DOCTYPE. Reading stops here."
    MismatchedTag "TP005" "mismatched end tag"
        "An end tag closes another element than the one that is open, or none is open. Reading stops here."
    Truncated "TP006" "file ends too early"
        "The file ends inside an element, tag, comment or other construct."
    DuplicateAttribute "TP007" "attribute given twice"
        "An element has each attribute at most once."
    UnknownEntity "TP008" "unknown entity"
        "Only `&lt;`, `&gt;`, `&amp;`, `&apos;`, `&quot;` and numbers of characters XML allows, such as `&#233;`, are known. What a DOCTYPE declares is not read."
    OutsideRoot "TP009" "content outside the root element"
        "Before and after the one `protocol` element there may be comments, processing instructions and a DOCTYPE, but no text and no second element."
    Empty "TP010" "no root element"
        "The file holds no element at all."
    TooDeep "TP011" "nested too deep"
        "Elements nest at most 32 deep, and a packet stands on at most 32 bases."
    HiddenCharacter "TP012" "hidden character"
        "Nobody sees the character, but what is read changes with it: controls (U+007F to U+009F), marks that turn the direction of text (U+061C, U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069), line ends that are none in XML (U+2028, U+2029), soft hyphens (U+00AD), others without width (U+034F, U+17B4, U+17B5, U+180E, U+200B, U+2060 to U+206F, U+FEFF, U+FFF0 to U+FFFB, U+1BCA0 to U+1BCA3, U+1D173 to U+1D17A, U+E0000 to U+E0FFF), what looks like a blank (U+115F, U+1160, U+2800, U+3164, U+FFA0, U+1D159), and what is no character (U+FDD0 to U+FDEF, the last two of each plane). None of them stands in a schema, not in comments and not as a number such as `&#x202E;`: the text goes into source code, pages and terminals. U+200C and U+200D are allowed."

    WrongRoot "TP020" "wrong root element"
        "The root element of a schema is `protocol`."
    UnknownElement "TP021" "unknown element"
        "The element is not part of the dialect, or not where it stands."
    UnknownAttribute "TP022" "unknown attribute"
        "The element has no such attribute."
    MissingAttribute "TP023" "missing attribute"
        "The element needs an attribute it does not have."
    MissingElement "TP024" "missing element"
        "The element needs a child it does not have."
    RepeatedElement "TP025" "element given twice"
        "The element may have one such child only. Of the prose elements only `note` may be repeated."
    StrayText "TP026" "text where elements belong"
        "The element holds other elements, or nothing, but not text."
    BadValue "TP027" "bad value"
        "The value is not one of those allowed, or not a number where one is needed. Numbers are decimal, or hexadecimal with `0x` in front: digits only, without `+`, blanks or underscores; `-` stands in front of decimal ones."
    EmptyValue "TP028" "empty value"
        "The attribute or element is there but says nothing."
    BadVersion "TP029" "bad protocol version"
        "Versions are `TP` and two digits, such as `TP04`."
    NoPackets "TP030" "no packets"
        "A protocol has at least one packet."

    BadName "TP031" "bad name"
        "Names of packets, fields, values, parameters and parameter sets begin with a letter and go on with letters, digits and underscores, all ASCII."
    DuplicatePacket "TP032" "packet name given twice"
        "Packet names are unique within a protocol."
    DuplicatePacketId "TP033" "packet id given twice"
        "No two packets have the same id: a receiver could not tell them apart."
    DuplicateField "TP034" "field name given twice"
        "Field names are unique within a structure. The structure of a packet includes what its bases declare."
    DuplicateValueName "TP035" "value name given twice"
        "The names of an enumeration's values are unique."
    DuplicateValueId "TP036" "value id given twice"
        "The ids of an enumeration's values are unique, however they are written: `16` is `0x10`."
    DuplicateParameter "TP037" "parameter name given twice"
        "Parameter names are unique within their set."
    DuplicateParameterType "TP038" "parameter type given twice"
        "No two parameters of a set have the same type number."
    DuplicateParameterSet "TP039" "parameter set name given twice"
        "The names of parameter sets are unique within a protocol."

    UnknownBase "TP040" "unknown base"
        "The packet builds on a packet that does not exist."
    CircularBase "TP041" "circular base"
        "The packet builds, in the end, on itself. The message shows the chain."
    BadHeader "TP042" "bad header"
        "The packet named `Header` describes the 16 bytes before every body: `character` of size 4 and three unsigned integers of 32 bits, or `character` of size 2, two unsigned integers of 8 bits and three of 32. It has no base, no id and no optional fields."
    UnknownReply "TP043" "unknown reply"
        "A `reply` names a packet that does not exist."
    BadReply "TP044" "packet cannot be a reply"
        "A `reply` names a packet that has an id and goes to the client."
    NotRequest "TP045" "reply to something that is no request"
        "Only packets that have an id and go to the server have replies."
    DuplicateReply "TP046" "reply given twice"
        "Every alternative is named once. `Fail` is always one and is not named."
    NumberRange "TP047" "number out of range"
        "Packet ids and the types of parameters and failures are numbers from 0 to 4294967295; `max` is at least 1."

    BadSize "TP050" "bad size"
        "Integers and enumerations are 8, 32 or 64 bits wide; a `character` field has 1 to 65535 bytes."
    ValueRange "TP051" "value id out of range"
        "The id does not fit the integer of its enumeration. A semisigned one takes -1 and everything unsigned but all bits one, which are -1: they are written so, or in hexadecimal."
    EmptyEnumeration "TP052" "enumeration without values"
        "An enumeration has at least one value."
    UnboundedList "TP053" "list entries may take no bytes"
        "The structure of a list is not empty, and none of its entries may take zero bytes on the wire: a short frame could claim billions of them."
    OptionalBeforeOther "TP054" "optional field is not last"
        "Optional fields of a packet end it, counting what is built on the packet: they are present when bytes remain. Only in a `usestruct` may others follow."
    OptionalRefused "TP055" "field cannot be optional"
        "In a list, a group or a `descstruct`, in a packet with `useparameters`, and on `useparameters` and `descparameter` themselves nothing can be optional: remaining bytes say nothing there."
    MisplacedParameters "TP056" "misplaced useparameters"
        "`useparameters` stands directly in the structure of a packet."
    ParametersNotLast "TP057" "useparameters is not last"
        "`useparameters` takes the rest of the body. Nothing follows it, neither in its packet nor in one built on that."
    MisplacedDescription "TP058" "misplaced descparameter"
        "A `descstruct` holds no `descparameter`: descriptions would describe themselves."

    UnknownParameterSet "TP060" "unknown parameter set"
        "`ref` names a parameter set that does not exist."
    BadTypefield "TP061" "bad typefield"
        "`typefield` names an integer field that stands earlier in the same structure and is always there. The structure of a packet includes what its bases declare."
    BadTypeframe "TP062" "bad typeframe"
        "`typeframe` names a packet that has an id."
    BadIdfield "TP063" "bad idfield"
        "`idfield` names an integer field of the packet that `typeframe` names, one that is always there."
    BadPath "TP064" "bad type path"
        "The one chain of `getlist` and `getfield` in a `typeframe` leads from its packet to an integer field: `getlist` into the entries of a list, `getfield` to a field or into a group."

    NotRustName "TP070" "name cannot be used in Rust"
        "In Rust the name would be `self`, `Self`, `super` or `crate`, which cannot even be written raw."
    RustNameCollision "TP071" "names collide in Rust"
        "Two different names become the same Rust name: types are `UpperCamelCase`, fields and modules `snake_case`, constants `SCREAMING_SNAKE_CASE`, and a type within a packet or parameter is named after both."
    ReservedRustName "TP072" "name is taken by generated code"
        "The name becomes a Rust name that the generated code uses or declares itself."
    BadFileName "TP073" "name cannot name a file"
        "Packets and parameter sets have files of their names, so these have at most 230 letters, counting the underscores between the words of a module's name, and are none of the devices of Windows, in capitals or not: `aux`, `con`, `nul`, `prn`, `com1` to `com9`, `lpt1` to `lpt9`."
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_in_order() {
        let names: Vec<_> = Code::ALL.iter().map(|code| code.name()).collect();
        assert!(names.is_sorted_by(|a, b| a < b), "{names:?}");
    }
}
