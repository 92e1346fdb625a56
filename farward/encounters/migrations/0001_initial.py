import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('people', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Encounter',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='encounters', to='people.site')),
                ('rotation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='encounters', to='people.rotation')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('kind', models.CharField(choices=[('clinic', 'Clinic: a real patient'), ('simulated', 'Simulated: a standardised patient'), ('practice', 'Practice: a scripted patient'), ('seminar', 'Seminar: many people, one room')], max_length=12)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('status', models.CharField(choices=[('booked', 'Booked'), ('live', 'In progress'), ('closed', 'Closed'), ('cancelled', 'Cancelled'), ('no_show', 'Patient did not come')], default='booked', max_length=10)),
                ('phase', models.CharField(choices=[('huddle', 'Huddle'), ('check_in', 'Check-in'), ('interview', 'Interview'), ('hallway', 'Hallway'), ('together', 'Together'), ('wrap_up', 'Wrap-up'), ('debrief', 'Debrief'), ('closed', 'Closed'), ('tech_break', 'Tech break')], default='huddle', max_length=12)),
                ('phase_since', models.DateTimeField(null=True)),
                ('resumes', models.CharField(blank=True, choices=[('huddle', 'Huddle'), ('check_in', 'Check-in'), ('interview', 'Interview'), ('hallway', 'Hallway'), ('together', 'Together'), ('wrap_up', 'Wrap-up'), ('debrief', 'Debrief'), ('closed', 'Closed'), ('tech_break', 'Tech break')], default='', max_length=12)),
                ('note_state', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Waiting for co-signature'), ('returned', 'Returned with comments'), ('cosigned', 'Co-signed')], default='draft', max_length=10)),
                ('note_version', models.PositiveIntegerField(default=0)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['starts_at'],
            },
        ),
        migrations.CreateModel(
            name='Seat',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('encounter', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='seats', to='encounters.encounter')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='seats', to=settings.AUTH_USER_MODEL)),
                ('role', models.CharField(choices=[('patient', 'Patient'), ('learner', 'Learner'), ('preceptor', 'Preceptor'), ('observer', 'Observer'), ('interpreter', 'Interpreter'), ('companion', 'Companion'), ('helper', 'Helper')], max_length=12)),
                ('identity', models.BinaryField(default=bytes)),
                ('presence', models.CharField(choices=[('away', 'Not here yet'), ('joined', 'Here'), ('lost', 'Connection lost'), ('left', 'Left')], default='away', max_length=8)),
                ('instance', models.UUIDField(null=True)),
                ('seen_at', models.DateTimeField(null=True)),
                ('here_since', models.DateTimeField(null=True)),
                ('link_quality', models.CharField(blank=True, choices=[('good', 'Good connection'), ('weak', 'Weak connection'), ('bad', 'Bad connection')], default='', max_length=4)),
                ('stance', models.CharField(choices=[('away', 'Not listening'), ('listening', 'Listening'), ('in', 'In the conversation')], default='away', max_length=10)),
                ('whispering', models.BooleanField(default=False)),
                ('hand_since', models.DateTimeField(null=True)),
                ('muted', models.BooleanField(default=False)),
                ('removed_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['created_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('seat', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='encounters.seat')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('token_hash', models.BinaryField()),
                ('opens_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('redeemed_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name='Device',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('seat', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='devices', to='encounters.seat')),
                ('invitation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='devices', to='encounters.invitation')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('token_hash', models.BinaryField(unique=True)),
                ('label', models.CharField(max_length=60)),
                ('admitted_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name='Capture',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('encounter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='captures', to='encounters.encounter')),
                ('seat', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='captures', to='encounters.seat')),
                ('media_type', models.CharField(max_length=40)),
                ('size', models.PositiveIntegerField()),
                ('sha256', models.BinaryField()),
                ('audience', models.CharField(max_length=48)),
                ('received_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.AddIndex(
            model_name='encounter',
            index=models.Index(fields=['site', 'starts_at'], name='encounters_site_day'),
        ),
        migrations.AddConstraint(
            model_name='encounter',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='encounters_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='seat',
            constraint=models.UniqueConstraint(condition=models.Q(('user__isnull', False)), fields=('encounter', 'user'), name='encounters_one_seat_each'),
        ),
    ]
