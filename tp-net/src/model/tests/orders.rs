//! Orders.

use tp_frames::{Parameters, Semi32, tp03, tp04};

use super::super::*;
use super::same;

#[test]
fn every_order_parameter_in_both_versions() {
    for (r#type, old) in (0..).zip(order_params::tests::every_tp03()) {
        let order = tp03::Order {
            id: 5,
            slot: Semi32::NONE,
            otype: 1000,
            turns: 2,
            resources: vec![tp03::OrderResource { id: 3, amount: 4 }],
            orderparams: Parameters::encode(std::slice::from_ref(&old)).unwrap(),
        };
        let mut value = same!(Order, tp03, order.clone());
        assert_eq!((value.object, value.queue), (Some(5), None));
        let desc = OrderDesc {
            id: 1000,
            parameters: vec![ParameterDesc::new("", r#type, "")],
            ..Default::default()
        };
        tp04::Order::try_from(value.clone()).expect_err("not read, and without a queue");
        value.read_parameters(&desc).unwrap();
        assert_eq!(
            tp03::Order::try_from(value.clone()),
            Ok(order),
            "type {type}"
        );

        value.queue = Some(6);
        let new = tp04::Order::try_from(value.clone()).unwrap();
        let mut again = same!(Order, tp04, new);
        assert_eq!((again.object, again.queue), (None, Some(6)));
        again.read_parameters(&desc).unwrap();
        assert_eq!(again.parameters, value.parameters, "type {type}");
    }
}

#[test]
fn lists_stand_in_for_what_tp03_has_not() {
    for (r#type, selected) in order_params::tests::tp04_only() {
        let order = Order {
            object: Some(1),
            otype: 1000,
            parameters: OrderParameters::Read(vec![selected.clone()]),
            ..Default::default()
        };
        let frame = tp03::Order::try_from(order).unwrap();
        let decoded = frame.orderparams.decode([6].into_iter());
        let [tp03::OrderParams::List(list)] = decoded.values.as_slice() else {
            panic!("{decoded:?} is no list");
        };
        assert_eq!(list.possibleselections.len(), 1);
        assert_eq!(
            list.selection,
            [tp03::OrderParamListSelection { id: 3, number: 4 }]
        );

        // A client answers with such a list.
        let mut back = Order::from(frame);
        let desc = OrderDesc {
            id: 1000,
            parameters: vec![ParameterDesc::new("", r#type, "")],
            ..Default::default()
        };
        back.read_parameters(&desc).unwrap();
        assert_eq!(back.parameters.values().len(), 1);
        let chosen = match &back.parameters.values()[0] {
            OrderParams::ResourceList(list) => list
                .selected
                .iter()
                .map(|it| (it.resourcetype, it.quantity))
                .collect::<Vec<_>>(),
            OrderParams::GenericReferenceQuantityList(list) => {
                list.selection.iter().map(|it| (it.id, it.number)).collect()
            }
            other => panic!("{other:?} is of another type than {type}"),
        };
        assert_eq!(chosen, [(3, 4)]);
    }
}
