with

given as (
    select full_name from entities.lead_records where full_name is not null
    union
    select full_name from entities.visitor_links where full_name is not null
),

spelled as (
    select
        full_name,
        btrim(regexp_replace(
            regexp_replace(
                fold_han(translate(
                    lower(nfkc(full_name)),
                    coalesce((select string_agg(variant, '' order by variant)
                        from reference.han_variants), ''),
                    coalesce((select string_agg(plain, '' order by variant)
                        from reference.han_variants), '')
                )),
                '[.·•]', '', 'g'
            ),
            '\s+', ' ', 'g'
        )) as normalised
    from given
),

marked as (
    select
        *,
        regexp_like(normalised, '\p{Han}') as is_han,
        regexp_like(normalised, '[*×?某]') as is_masked
    from spelled
)

select * from marked
