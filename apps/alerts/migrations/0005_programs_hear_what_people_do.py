from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('alerts', '0004_lines_on_a_forecast'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='telling',
            name='why_is_known',
        ),
        migrations.AlterField(
            model_name='telling',
            name='why',
            field=models.CharField(choices=[('raised', 'raised'), ('repeat', 'said again'), ('escalation', 'nobody had acknowledged'), ('over', 'over'), ('acknowledged', 'acknowledged'), ('silenced', 'silenced'), ('unsilenced', 'silence ended')], max_length=12, verbose_name='why'),
        ),
        migrations.AddConstraint(
            model_name='telling',
            constraint=models.CheckConstraint(condition=models.Q(('why__in', ['acknowledged', 'escalation', 'over', 'raised', 'repeat', 'silenced', 'unsilenced'])), name='why_is_known'),
        ),
    ]
