"""A long box takes all its cells, side by side; a block is not made smaller than what stands in it."""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION yard_box_covers_its_bays(standing bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE covers boolean;
BEGIN
    SELECT s.bays = CASE WHEN box.teu <= 1 THEN 1 WHEN box.teu <= 2.25 THEN 2 ELSE 3 END
           AND count(cell.id) = s.bays
           AND count(DISTINCT (cell.block_id, cell."row", cell.tier)) = 1
           AND max(cell.bay) - min(cell.bay) = s.bays - 1
      INTO covers
      FROM yard_standing s
      JOIN containers_visit visit ON visit.id = s.visit_id
      JOIN containers_container box ON box.id = visit.container_id
      LEFT JOIN yard_cell cell ON cell.standing_id = s.id
     WHERE s.id = standing
     GROUP BY s.id, s.bays, box.teu;
    IF NOT covers THEN
        RAISE EXCEPTION 'a box must take the bays it is long, side by side'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'taken_bays_are_as_long_as_the_box';
    END IF;
END $$;

CREATE FUNCTION yard_standing_covers_its_bays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM yard_box_covers_its_bays(NEW.id);
    RETURN NULL;
END $$;

CREATE FUNCTION yard_cell_is_one_of_its_box() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM yard_box_covers_its_bays(OLD.standing_id);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM yard_box_covers_its_bays(NEW.standing_id);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION yard_block_holds_what_stands_in_it() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM yard_cell WHERE block_id = NEW.id AND (bay > NEW.bays OR "row" > NEW.rows)) THEN
        RAISE EXCEPTION 'boxes stand in bays or rows the block would no longer have'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'cell_lies_in_its_block';
    END IF;
    IF EXISTS (SELECT FROM yard_cell WHERE block_id = NEW.id AND tier > NEW.tiers) THEN
        RAISE EXCEPTION 'boxes stand higher than the block could be stacked'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'stack_is_not_too_high';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER taken_bays_are_as_long_as_the_box AFTER INSERT OR UPDATE ON yard_standing
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION yard_standing_covers_its_bays();
CREATE CONSTRAINT TRIGGER taken_bays_are_as_long_as_the_box AFTER INSERT OR UPDATE OR DELETE ON yard_cell
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION yard_cell_is_one_of_its_box();
CREATE CONSTRAINT TRIGGER a_block_holds_what_stands_in_it AFTER UPDATE OF bays, rows, tiers ON yard_block
    FOR EACH ROW EXECUTE FUNCTION yard_block_holds_what_stands_in_it();
"""

UNDO = """
DROP TRIGGER taken_bays_are_as_long_as_the_box ON yard_standing;
DROP TRIGGER taken_bays_are_as_long_as_the_box ON yard_cell;
DROP TRIGGER a_block_holds_what_stands_in_it ON yard_block;
DROP FUNCTION yard_standing_covers_its_bays();
DROP FUNCTION yard_cell_is_one_of_its_box();
DROP FUNCTION yard_block_holds_what_stands_in_it();
DROP FUNCTION yard_box_covers_its_bays(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("yard", "0002_physical_impossibilities"), ("containers", "0001_initial")]

    operations = [migrations.RunSQL(FUNCTIONS, UNDO)]
