//! Bindings of `dialect.xml`, a schema with every construct of the dialect in its oddest form.
//!
//! That they compile without a warning is half of the test; the other half are round trips.

include!(concat!(env!("OUT_DIR"), "/dialect/mod.rs"));
include!(concat!(env!("OUT_DIR"), "/versions/mod.rs"));

pub mod samples;

/// The protocols themselves, generated here once more: what compiles inside `tp-frames`, without
/// std's prelude, must compile in any crate.
pub mod protocols {
    include!(concat!(env!("OUT_DIR"), "/game/mod.rs"));
    include!(concat!(env!("OUT_DIR"), "/admin/mod.rs"));
}

#[cfg(test)]
mod tests {
    use bytes::BytesMut;
    use tp_frames::{
        AnyFrame, DecodeErrorKind, DecodeOptions, EncodeErrorKind, Packet, ParameterError,
        Parameters, RawBytes, Semi8,
    };

    use super::dialect::*;
    use super::samples::{derived, desc, lone, maybe, uses, values};

    fn body(packet: &impl Packet) -> Vec<u8> {
        let mut out = BytesMut::new();
        packet.encode_body(VERSION, &mut out).unwrap();
        assert_eq!(out.len(), packet.encoded_len(VERSION));
        out.to_vec()
    }

    /// Encodes, decodes and views; all three say the same.
    fn round_trip<P: Packet + PartialEq + std::fmt::Debug + Clone>(packet: &P) {
        let bytes = body(packet);
        let strict = DecodeOptions::new().strict(true);
        let (back, trailing) = P::decode_with(VERSION, &bytes, &strict).unwrap();
        assert_eq!((&back, trailing), (packet, &[][..]));
        let (frame, _) = Frame::decode_body(VERSION, P::TYPE, &bytes, &strict).unwrap();
        let (view, _) = FrameView::view_body(VERSION, P::TYPE, &bytes, &strict).unwrap();
        assert_eq!(view.to_owned(), frame);
        let mut again = BytesMut::new();
        frame.encode_body(VERSION, &mut again).unwrap();
        assert_eq!(again, bytes);
        for end in 0..bytes.len() {
            // Whatever is cut off, nothing panics and nothing whole comes out.
            if let Ok((short, _)) = P::decode(VERSION, &bytes[..end]) {
                assert_ne!(&short, packet);
            }
        }
    }

    #[test]
    fn fields_of_every_kind_travel() {
        round_trip(&lone());
        round_trip(&Lone::default());
        round_trip(&Lone {
            end: None,
            ..lone()
        });
        round_trip(&Lone {
            end: None,
            last: None,
            ..lone()
        });
        round_trip(&Derived {
            recs: vec![Lone2Rec::default()],
            e: Lone2E::A,
            more: 1,
        });
        round_trip(&Maybe::default());
        round_trip(&maybe());
        round_trip(&LowerCase {
            camel_case: "x".into(),
        });
    }

    #[test]
    fn bytes_are_those_of_the_dialect() {
        assert_eq!(
            body(&derived()),
            [
                0, 0, 0, 1, 0, 0, 0, 1, b'a', 0, 0, 0, 0, 0, 0, 0, 5, 1, 2, 3, 4
            ]
        );
    }

    #[test]
    fn bounds_of_the_schema_hold_both_ways() {
        let mut out = BytesMut::from(&b"before"[..]);
        let long = Lone {
            fields: vec![RawBytes::default(); 4],
            ..lone()
        };
        let error = long.encode_frame(VERSION, 1, &mut out).unwrap_err();
        assert_eq!(
            (error.kind(), error.field()),
            (EncodeErrorKind::ListLimit, "fields")
        );
        let mut long = lone();
        long.g.inner.t = "five!".into();
        let error = long.encode_frame(VERSION, 1, &mut out).unwrap_err();
        assert_eq!(
            (error.kind(), error.field()),
            (EncodeErrorKind::StringLimit, "g.inner.t")
        );
        assert_eq!(out, b"before"[..]);

        let mut bytes = body(&Lone {
            fields: vec![RawBytes::default(); 3],
            ..lone()
        });
        bytes[21] = 4;
        let error = Lone::decode(VERSION, &bytes).unwrap_err();
        assert_eq!(
            (error.kind(), error.field()),
            (DecodeErrorKind::ListLimit, "fields")
        );
    }

    #[test]
    fn a_gap_among_optional_fields_is_refused() {
        let gap = Lone {
            last: None,
            ..lone()
        };
        let error = gap.encode_body(VERSION, &mut BytesMut::new()).unwrap_err();
        assert_eq!((error.kind(), error.field()), (EncodeErrorKind::Gap, "end"));
    }

    #[test]
    fn half_an_optional_field_is_trailing_bytes() {
        let whole = body(&Lone {
            end: None,
            last: None,
            ..lone()
        });
        let mut cut = whole.clone();
        cut.extend([0, 0, 0, 9, b'x']);
        let (packet, trailing) = Lone::decode(VERSION, &cut).unwrap();
        assert_eq!((packet.last, trailing), (None, &[0, 0, 0, 9, b'x'][..]));
        assert!(Lone::decode_with(VERSION, &cut, &DecodeOptions::new().strict(true)).is_err());
    }

    #[test]
    fn descriptions_carry_what_their_parameter_types_need() {
        round_trip(&desc());
    }

    #[test]
    fn parameters_are_read_by_their_description() {
        round_trip(&uses());
        let bytes = body(&uses());
        let (uses, _) = Uses::decode(VERSION, &bytes).unwrap();
        let decoded = uses.decode_params(&desc());
        assert!(decoded.is_exact());
        assert_eq!(decoded.values, values());

        let other = Desc {
            r#type: 8.into(),
            ..desc()
        };
        let stopped = uses.decode_params(&other).stopped;
        assert_eq!(
            stopped,
            Some(ParameterError::WrongDescription { wanted: 9, got: 8 })
        );

        let mut unknown = desc();
        unknown.r#in.kinds = vec![0, 6];
        let decoded = uses.decode_params(&unknown);
        assert_eq!(
            decoded.stopped,
            Some(ParameterError::UnknownType {
                index: 1,
                r#type: 6
            })
        );
        assert_eq!(Some(decoded.leftover), uses.params.as_bytes());
    }

    #[test]
    fn parameters_without_their_optional_fields_are_told_apart() {
        let short = SetString {
            lead: None,
            string: "bare".into(),
            deep: None,
            opt: None,
        };
        let bytes = Parameters::encode(VERSION, &[Sets::String(short.clone())]).unwrap();
        assert_eq!(bytes, b"\0\0\0\x04bare");
        let tail = Parameters::<Sets>::from_bytes(VERSION, bytes);
        let decoded = tail.decode([1].into_iter());
        assert!(decoded.is_exact());
        assert_eq!(decoded.values, [Sets::String(short)]);
    }

    #[test]
    fn a_set_without_parameters_knows_none() {
        let direct = Direct {
            what: 3,
            r#type: Parameters::from_bytes(VERSION, vec![1, 2]),
        };
        round_trip(&direct);
        let stopped = direct.decode_type().stopped;
        assert_eq!(
            stopped,
            Some(ParameterError::UnknownType {
                index: 0,
                r#type: 3
            })
        );
    }

    #[test]
    fn masks_and_enumerations_show_their_names() {
        let mask = TypeBits::ONE | TypeBits(Semi8::from_bits(0x40));
        assert_eq!(mask.to_string(), "one | 0x40");
        assert!(mask.contains(TypeBits::ONE) && !mask.contains(TypeBits::TWO));
        assert_eq!(LoneK::SIXTEEN.to_string(), "sixteen");
        assert_eq!(LoneSelfish(12).to_string(), "12");
    }

    #[test]
    fn replies_are_typed() {
        use tp_frames::{Reply, ReplySequence, Request};
        assert_eq!(<Ask as Request>::SEQUENCE, ReplySequence::Maybe);
        const { assert!(<Ask as Request>::MAY_STAY_SILENT) };
        let options = DecodeOptions::default();
        let reply = AskReply::decode_reply(VERSION, Desc::TYPE, &body(&desc()), &options).unwrap();
        assert_eq!(reply, Some(AskReply::Desc(desc())));
        assert_eq!(AskReply::decode_reply(VERSION, 99, &[], &options), Ok(None));
    }

    #[test]
    fn unknown_frames_lose_nothing() {
        let (frame, _) =
            Frame::decode_body(VERSION, 99, b"odd", &DecodeOptions::default()).unwrap();
        assert_eq!(
            frame,
            Frame::Unknown {
                r#type: 99,
                body: b"odd".to_vec()
            }
        );
        let mut out = BytesMut::new();
        frame.encode_body(VERSION, &mut out).unwrap();
        assert_eq!(out, b"odd"[..]);
    }
}
