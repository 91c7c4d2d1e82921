from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION yard_nothing_floats() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE spot yard_cell;
BEGIN
    spot := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    -- one stack at a time: two transactions, one adding on top and one taking away below, must see each other
    PERFORM pg_advisory_xact_lock(spot.block_id::int, spot.bay * 1000 + spot.row);
    IF TG_OP <> 'DELETE' AND NEW.tier > 1
       AND EXISTS (SELECT FROM yard_cell WHERE id = NEW.id AND block_id = NEW.block_id AND bay = NEW.bay
                   AND row = NEW.row AND tier = NEW.tier)
       AND NOT EXISTS (SELECT FROM yard_cell WHERE block_id = NEW.block_id AND bay = NEW.bay AND row = NEW.row
                       AND tier = NEW.tier - 1) THEN
        RAISE EXCEPTION 'a box at tier % of bay %, row % stands on air', NEW.tier, NEW.bay, NEW.row
            USING ERRCODE = 'check_violation', CONSTRAINT = 'nothing_floats';
    END IF;
    IF TG_OP <> 'INSERT'
       AND EXISTS (SELECT FROM yard_cell WHERE block_id = OLD.block_id AND bay = OLD.bay AND row = OLD.row
                   AND tier = OLD.tier + 1)
       AND NOT EXISTS (SELECT FROM yard_cell WHERE block_id = OLD.block_id AND bay = OLD.bay AND row = OLD.row
                       AND tier = OLD.tier) THEN
        RAISE EXCEPTION 'a box stands on the one at tier % of bay %, row %', OLD.tier, OLD.bay, OLD.row
            USING ERRCODE = 'check_violation', CONSTRAINT = 'nothing_floats';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION yard_cell_lies_in_its_block() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM yard_block WHERE id = NEW.block_id AND NEW.bay BETWEEN 1 AND bays
                   AND NEW.row BETWEEN 1 AND rows) THEN
        RAISE EXCEPTION 'bay %, row % is not in the block', NEW.bay, NEW.row
            USING ERRCODE = 'check_violation', CONSTRAINT = 'cell_lies_in_its_block';
    END IF;
    IF NOT EXISTS (SELECT FROM yard_block WHERE id = NEW.block_id AND NEW.tier BETWEEN 1 AND tiers) THEN
        RAISE EXCEPTION 'tier % is higher than the block may be stacked', NEW.tier
            USING ERRCODE = 'check_violation', CONSTRAINT = 'stack_is_not_too_high';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER nothing_floats AFTER INSERT OR UPDATE OR DELETE ON yard_cell
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION yard_nothing_floats();
CREATE CONSTRAINT TRIGGER cell_lies_in_its_block AFTER INSERT OR UPDATE ON yard_cell
    FOR EACH ROW EXECUTE FUNCTION yard_cell_lies_in_its_block();
"""

UNDO = """
DROP TRIGGER nothing_floats ON yard_cell;
DROP TRIGGER cell_lies_in_its_block ON yard_cell;
DROP FUNCTION yard_nothing_floats();
DROP FUNCTION yard_cell_lies_in_its_block();
"""


class Migration(migrations.Migration):
    dependencies = [("yard", "0001_initial")]

    operations = [migrations.RunSQL(FUNCTIONS, UNDO)]
