with

ties as (
    select
        kind,
        left_place,
        right_place
    from identity.scored_pairs
    where weight > 0
    union all
    select
        kind,
        left_place,
        right_place
    from identity.stated_links
),

connected as (
    select
        kind,
        unnest(connected_components(left_place, right_place)) as pair
    from ties
    group by kind
),

components as (
    select
        kind,
        pair['node'] as place,
        pair['component'] as component
    from connected
)

select * from components
