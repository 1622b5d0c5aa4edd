//! The rows of the tables: the packets, and what reads them on either side.

/// Gives the rows to the macro of that name.
macro_rules! codec_rows {
    ($rows:ident) => {
        $rows! {
            okay "Okay": okay TP04 44,
                decode game::Okay::decode | by_hand::Okay::decode,
                view game::OkayView::view | by_hand::Okay::view,
                touch touch::okay | touch::okay_by_hand;
            object_tp03 "Object of TP03": object_tp03 TP03 173,
                decode game::Object::decode | by_hand::ObjectTp03::decode,
                view game::ObjectView::view | by_hand::ObjectTp03View::view,
                touch touch::object_tp03 | touch::object_tp03_by_hand;
            object_tp04 "Object of TP04": object_tp04 TP04 268,
                decode game::Object::decode | by_hand::Object::decode,
                view game::ObjectView::view | by_hand::ObjectView::view,
                touch touch::object_tp04 | touch::object_tp04_by_hand;
            thousand_ids "1,000 ids": object_ids TP04 12_036,
                decode game::ObjectIDs::decode | by_hand::ObjectIds::decode,
                view game::ObjectIDsView::view | by_hand::id_entries,
                touch touch::object_ids | touch::object_ids_by_hand;
            message "Message": message TP04 1_143,
                decode game::Message::decode | by_hand::Message::decode,
                view game::MessageView::view | by_hand::MessageView::view,
                touch touch::message | touch::message_by_hand;
            object_desc "ObjectDesc": object_desc TP04 656,
                decode game::ObjectDesc::decode | by_hand::ObjectDesc::decode,
                view game::ObjectDescView::view | by_hand::ObjectDescView::view,
                touch touch::object_desc | touch::object_desc_by_hand;
            order_desc "OrderDesc": order_desc TP04 223,
                decode game::OrderDesc::decode | by_hand::OrderDesc::decode,
                view game::OrderDescView::view | by_hand::OrderDescView::view,
                touch touch::order_desc | touch::order_desc_by_hand;
        }
    };
}
pub(crate) use codec_rows;
